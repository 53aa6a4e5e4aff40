"""What `gunicorn --config deploy/gunicorn.conf.py` serves with.

The package has the configuration; `shangfa serve` uses the same. What you add here wins.
"""

from shangfa.api.running.gunicorn_conf import *  # noqa: F403 - gunicorn reads names
