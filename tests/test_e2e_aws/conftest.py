"""Only for who asks for it: without HOIST_E2E_URL these tests are not there at all."""

from hoist.cli.settings import process_environment

collect_ignore = [] if process_environment().get("HOIST_E2E_URL") else ["test_demo_on_aws.py"]
