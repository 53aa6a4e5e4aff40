"""Periods and programmes."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNKNOWN_PROGRAMME: Final = FaultKind(
    "unknown_programme",
    Refusal.INVALID,
    "没有名为“{value}”的评比；现有：{allowed}。",
    "There is no programme {value!r}; there are: {allowed}.",
)

PERIOD_OPEN: Final = FaultKind(
    "period_open",
    Refusal.CONFLICT,
    "期间“{value}”尚未结束，最后一天是{day}；请在结束后评定。",
    "Period {value!r} is not over, its last day is {day}; evaluate it afterwards.",
)

MONTH_AHEAD: Final = FaultKind(
    "month_ahead",
    Refusal.CONFLICT,
    "月份“{value}”尚未开始；请在{day}起再操作。",
    "Month {value!r} has not begun; come back from {day} on.",
)

ILLEGAL_PERIOD_STEP: Final = FaultKind(
    "illegal_period_step",
    Refusal.CONFLICT,
    "月份“{value}”现为“{state}”，不能“{step}”；可用：{allowed}。",
    "Month {value!r} is {state}, which does not allow {step}; allowed are: {allowed}.",
)

ALREADY_SIGNED: Final = FaultKind(
    "already_signed",
    Refusal.CONFLICT,
    "“{value}”已经同意；另一方（{allowed}）须由另一人同意。",
    "{value!r} has agreed already; somebody else has to agree as {allowed}.",
)

PERIOD_MOVED: Final = FaultKind(
    "period_moved",
    Refusal.CONFLICT,
    "核对之后，“{value}”、其结转，或据以结算的工资、告知等又有变动；请重新核对（reconcile）后再锁定。",
    "{value!r}, what it carries over, or the wages and papers it rests on changed since it was "
    "reconciled; reconcile it again.",
)

LATER_LOCKED: Final = FaultKind(
    "later_locked",
    Refusal.CONFLICT,
    "“{value}”之后又锁定了“{later}”，其结转已被取用；请先重新打开后者。",
    "{later!r} was locked after {value!r} and took over what it carried; reopen that one first.",
)

EARLIER_OPEN: Final = FaultKind(
    "earlier_open",
    Refusal.CONFLICT,
    "“{earlier}”重新打开后尚未再次锁定；“{value}”会退回它还没有扣的款，请先锁定前者。",
    "{earlier!r} was opened again and is not locked yet; {value!r} would give back what it has not "
    "taken so far: lock that one first.",
)

WAGE_MISSING: Final = FaultKind(
    "wage_missing",
    Refusal.CONFLICT,
    "“{value}”按日薪或时薪扣减，但没有当时的工资；请先登记其工资。",
    "Days or hours are taken from {value!r}, whose wage of then is not known; set it first.",
)

NOT_SETTLED: Final = FaultKind(
    "not_settled",
    Refusal.CONFLICT,
    "月份“{value}”尚未结算，没有可导出的内容；请先截止（cut-off）并核对（reconcile）。",
    "Month {value!r} is not settled, so there is nothing to hand out; cut it off and reconcile it.",
)

FUND_OVERLAP: Final = FaultKind(
    "fund_overlap",
    Refusal.CONFLICT,
    "同一笔钱会既进入此基金，又进入“{value}”；请缩小其款项、条款或部门。",
    "The same money would feed this fund and {value!r}; "
    "name fewer accounts, clauses or departments.",
)

FUND_SHORT: Final = FaultKind(
    "fund_short",
    Refusal.CONFLICT,
    "基金“{value}”现有{allowed}元，不足以支出{amount}元；请减少金额，或待下月入账后再支出。",
    "Fund {value!r} holds CNY {allowed}, less than {amount}; spend less, or after more came in.",
)

SPENDING_WAITS: Final = FaultKind(
    "spending_waits",
    Refusal.CONFLICT,
    "另有一笔支出等待同意：{amount}元，用途“{value}”；请原样同意，或由提出者（{allowed}）改提。",
    "Another spending waits: CNY {amount} for {value!r}; agree to exactly that, "
    "or let who proposed it ({allowed}) propose another.",
)

NOT_PUBLISHED: Final = FaultKind(
    "not_published",
    Refusal.CONFLICT,
    "“{value}”的账单尚未公布；由人事或财务公布（publish）之后，合作方才可查阅、提异议、付款。",
    "The statement of {value!r} is not published; its partner reads it, objects to it and pays it "
    "once hr or finance has published it (publish).",
)

STATEMENT_PUBLISHED: Final = FaultKind(
    "statement_published",
    Refusal.CONFLICT,
    "“{value}”的账单已于{day}照现状公布；账单有变，或月份重开之后，可再公布。",
    "The statement of {value!r} was published on {day} as it stands; "
    "publish it again when it has changed, or its month was opened again.",
)

OBJECTION_LATE: Final = FaultKind(
    "objection_late",
    Refusal.CONFLICT,
    "对“{value}”账单的异议至{day}为止；此后可由人事直接调整。",
    "Objections to the statement of {value!r} were in time until {day}; ask HR to put it right.",
)

OBJECTED_BEFORE: Final = FaultKind(
    "objected_before",
    Refusal.CONFLICT,
    "条款“{value}”已于{day}提出异议；每条只提一次。",
    "Clause {value!r} was objected to on {day}; each is objected to once.",
)

OBJECTION_DECIDED: Final = FaultKind(
    "objection_decided",
    Refusal.CONFLICT,
    "异议{value}已于{day}作出决定，不再更改。",
    "Objection {value} was decided on {day} and stays so.",
)

OVERPAID: Final = FaultKind(
    "overpaid",
    Refusal.CONFLICT,
    "尚欠{allowed}元，不能登记{value}元；请按欠款登记。",
    "CNY {allowed} is left to pay, not {value}; note what is owed at most.",
)
