"""The official forwarder, from a checkout of DataDog/datadog-serverless-functions (OFFICIAL_FORWARDER).

Only what is not about logs is left out: the tracing layer, Datadog's metrics client and enhanced metrics, which makes
it faster than it is. requests_futures is replaced by the same few lines where it is not installed.
"""
import json
import os
import resource
import sys
import time
import types

task = json.load(open(sys.argv[1]))
sys.path.insert(0, os.path.join(os.environ["OFFICIAL_FORWARDER"], "aws/logs_monitoring"))
os.environ.update(
    DD_API_KEY="0123456789abcdef0123456789abcdef",
    DD_URL="127.0.0.1",
    DD_PORT=str(task["intakePort"]),
    DD_NO_SSL="true",
    DD_API_URL="http://127.0.0.1:%d" % task["intakePort"],
    DD_LOG_LEVEL="WARNING",
    DD_ENHANCED_METRICS="false",
    AWS_ENDPOINT_URL_S3="http://127.0.0.1:%d" % task["s3Port"],
    AWS_ENDPOINT_URL="http://127.0.0.1:%d" % task["s3Port"],
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY="example",
    AWS_LAMBDA_FUNCTION_NAME="DatadogForwarder",
)


class Anything(types.ModuleType):
    """A module of which everything can be called and nothing does anything."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


for name in ["datadog", "datadog.api", "datadog_lambda", "datadog_lambda.wrapper", "datadog_lambda.metric", "ddtrace", "trace_forwarder.connection"]:
    sys.modules[name] = Anything(name)
sys.modules["datadog_lambda.wrapper"].datadog_lambda_wrapper = lambda function: function
sys.modules["datadog"].api = sys.modules["datadog.api"]

try:
    import requests_futures.sessions  # noqa: F401
except ImportError:
    from concurrent.futures import ThreadPoolExecutor

    import requests

    class FuturesSession(requests.Session):
        def __init__(self, executor=None, max_workers=8, **kwargs):
            super().__init__()
            self.executor = executor or ThreadPoolExecutor(max_workers)

        def request(self, *args, **kwargs):
            return self.executor.submit(super().request, *args, **kwargs)

    sessions = types.ModuleType("requests_futures.sessions")
    sessions.FuturesSession = FuturesSession
    sys.modules["requests_futures"] = types.ModuleType("requests_futures")
    sys.modules["requests_futures.sessions"] = sessions

import boto3  # noqa: E402

# A boto3 of before 1.28 does not know AWS_ENDPOINT_URL.
make_client = boto3.client
boto3.client = lambda *args, **kwargs: make_client(*args, **{"endpoint_url": os.environ["AWS_ENDPOINT_URL"], **kwargs})

import lambda_function  # noqa: E402


class Context:
    function_name = "DatadogForwarder"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:DatadogForwarder"
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    memory_limit_in_mb = 1024


def notification(key):
    return {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": "2026-11-20T12:05:00.000Z", "eventName": "ObjectCreated:Put", "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": "trail", "arn": "arn:aws:s3:::trail"}, "object": {"key": key, "size": 1024}}}]}


def event(keys):
    if len(keys) == 1:
        return notification(keys[0])
    return {"Records": [{"messageId": str(k), "receiptHandle": "x", "body": json.dumps(notification(key)), "attributes": {}, "messageAttributes": {}, "md5OfBody": "x", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:trail", "awsRegion": "us-east-1"} for k, key in enumerate(keys)]}


def invoke(keys):
    lambda_function.lambda_handler(event(keys), Context()) if hasattr(lambda_function, "lambda_handler") else lambda_function.datadog_forwarder(event(keys), Context())


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


for keys in task["warmUp"]:
    invoke(keys)
cpu_begin, begin = cpu(), time.perf_counter()
for keys in task["measured"]:
    invoke(keys)
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("\nBENCH " + json.dumps({"cpuS": cpu() - cpu_begin, "wallS": time.perf_counter() - begin, "peakRssBytes": peak}), flush=True)
os._exit(0)
