#!/usr/bin/env bash
# Version: holidays 0.109 and chinesecalendar 1.11.0.
# Behaviour: for a year whose working days the State Council has not announced yet, holidays answers
#   is_working_day() and get_nth_working_day() all the same, from a general rule and without the working
#   weekends that the notice will name. Nothing in the answer tells. For the year announced it is right,
#   working Saturdays included. chinesecalendar refuses the year instead.
# One would guess otherwise: it knows that 2026-10-10, a Saturday, is a working day, so its answer for
#   2027 looks as sure.
# A product should: count legal periods by notices it has loaded, and refuse a day after the last one.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'holidays==0.109' 'chinesecalendar==1.11.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
from datetime import date

import chinese_calendar
import holidays


def told(day):
    """Whether each takes a day for a working day."""
    known = holidays.country_holidays("CN", years=day.year)
    try:
        other = chinese_calendar.is_workday(day)
    except NotImplementedError:
        other = "refused"
    return known.is_working_day(day), other


def working_weekends(year):
    return sorted(
        day for day in holidays.country_holidays("CN", years=year).weekend_workdays if day.year == year
    )


announced, not_yet = told(date(2026, 10, 10)), told(date(2027, 2, 8))
print("2026-10-10, a Saturday:", announced, "working weekends of 2026:", len(working_weekends(2026)))
print("2027-02-08, a Monday:  ", not_yet, "working weekends of 2027:", len(working_weekends(2027)))
assert announced == (True, True) and len(working_weekends(2026)) == 6
assert not_yet == (False, "refused") and working_weekends(2027) == []
PY
