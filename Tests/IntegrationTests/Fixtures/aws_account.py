"""Calls AWS with boto3, AWS's own client, for the tests: a line of JSON in, a line of JSON out, until standard input ends.

{"endpoint": URL, "account": ID or null, "service": "elbv2", "operation": "describe_rules", "parameters": {…}}
    answers {"answer": {…}}, the pages of a list put together, or {"error": "code: message"}.
{"endpoint": URL, "account": ID or null, "inventory": true}
    answers {"answer": […]}: a line for everything in the account, without what AWS generates.
"""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

RESOURCE_TAG = "headgate.dev/resource"

# To headgate an empty variable is one that isn't set; boto3 would look for a profile without a name.
for variable in [name for name, value in os.environ.items() if name.startswith("AWS_") and not value]:
    del os.environ[variable]


class Account:
    """An account at an endpoint, with a client per service."""

    clients = {}

    def __init__(self, endpoint, account):
        self.endpoint = endpoint
        self.account = account

    def client(self, service):
        key = (self.endpoint, self.account, service)
        if key not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, read_timeout=30)
            client = boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", config=config)
            if self.account:
                client.meta.events.register("before-call", self.name_account)
            self.clients[key] = client
        return self.clients[key]

    def name_account(self, params, **_):
        params["headers"]["x-moto-account-id"] = self.account

    def call(self, service, operation, **parameters):
        client = self.client(service)
        if client.can_paginate(operation):
            answer = client.get_paginator(operation).paginate(**parameters).build_full_result()
        else:
            answer = getattr(client, operation)(**parameters)
        answer.pop("ResponseMetadata", None)
        return answer

    def certificates(self):
        # Without a filter AWS lists RSA keys of 2048 bits alone.
        includes = {"keyTypes": ["RSA_2048", "EC_prime256v1"]}
        return self.call("acm", "list_certificates", Includes=includes)["CertificateSummaryList"]

    def elb(self, operation, **parameters):
        return self.call("elbv2", operation, **parameters)


class Inventory:
    """Everything in an account, a line each; what is ours goes by the name that its tags give it."""

    def __init__(self, account):
        self.account = account
        self.names = {}
        self.lines = []

    def read(self):
        self.security_groups()
        self.certificates()
        self.target_groups()
        self.load_balancers()
        lines = [f"{kind} {json.dumps(facts, sort_keys=True)}" for kind, facts in self.lines]
        for identifier in sorted(self.names, key=len, reverse=True):
            lines = [line.replace(identifier, self.names[identifier]) for line in lines]
        return sorted(lines)

    def add(self, kind, identifier, tags, facts):
        tags = {tag["Key"]: tag["Value"] for tag in tags}
        self.names[identifier] = tags.get(RESOURCE_TAG, "foreign")
        # A rule keeps the name that it was made with when its path changes.
        if kind == "rule" and RESOURCE_TAG in tags:
            tags[RESOURCE_TAG] = "rule"
        self.lines.append((kind, {**facts, "tags": tags}))

    def tags(self, arn):
        return self.account.elb("describe_tags", ResourceArns=[arn])["TagDescriptions"][0]["Tags"]

    def attributes(self, kind, **arn):
        answer = self.account.elb(f"describe_{kind}_attributes", **arn)
        return {item["Key"]: item["Value"] for item in answer["Attributes"]}

    def security_groups(self):
        for group in self.account.call("ec2", "describe_security_groups")["SecurityGroups"]:
            ingress = [
                [rule.get("FromPort"), rule.get("ToPort"), source]
                for rule in group["IpPermissions"]
                for source in sorted(
                    [entry["CidrIp"] for entry in rule["IpRanges"]]
                    + [entry["CidrIpv6"] for entry in rule.get("Ipv6Ranges", [])]
                )
            ]
            self.add("security group", group["GroupId"], group.get("Tags", []), {"ingress": sorted(ingress)})

    def certificates(self):
        for summary in self.account.certificates():
            arn = summary["CertificateArn"]
            tags = self.account.call("acm", "list_tags_for_certificate", CertificateArn=arn)["Tags"]
            self.add("certificate", arn, tags, {"domain": summary["DomainName"]})

    def target_groups(self):
        for group in self.account.elb("describe_target_groups")["TargetGroups"]:
            arn = group["TargetGroupArn"]
            health = self.account.elb("describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
            targets = [
                f'{item["Target"]["Id"]}:{item["Target"]["Port"]}'
                for item in health
                if item["TargetHealth"]["State"] != "draining"
            ]
            kept = ["Protocol", "ProtocolVersion", "Port", "TargetType", "HealthCheckPath", "HealthCheckPort", "Matcher"]
            facts = {key: group.get(key) for key in kept}
            facts["targets"] = sorted(targets)
            facts["attributes"] = self.attributes("target_group", TargetGroupArn=arn)
            facts["used by"] = group["LoadBalancerArns"]
            self.add("target group", arn, self.tags(arn), facts)

    def load_balancers(self):
        for balancer in self.account.elb("describe_load_balancers")["LoadBalancers"]:
            arn = balancer["LoadBalancerArn"]
            facts = {
                "scheme": balancer["Scheme"],
                "zones": sorted(zone["ZoneName"] for zone in balancer["AvailabilityZones"]),
                "security groups": sorted(balancer.get("SecurityGroups", [])),
                "attributes": self.attributes("load_balancer", LoadBalancerArn=arn),
            }
            self.add("load balancer", arn, self.tags(arn), facts)
            for listener in self.account.elb("describe_listeners", LoadBalancerArn=arn)["Listeners"]:
                self.listener(listener)

    def listener(self, listener):
        arn = listener["ListenerArn"]
        facts = {
            "load balancer": listener["LoadBalancerArn"],
            "port": listener["Port"],
            "protocol": listener["Protocol"],
            "policy": listener.get("SslPolicy"),
            "actions": self.actions(listener["DefaultActions"]),
            "attributes": self.attributes("listener", ListenerArn=arn),
        }
        if listener["Protocol"] == "HTTPS":
            certificates = self.account.elb("describe_listener_certificates", ListenerArn=arn)["Certificates"]
            facts["certificates"] = sorted(
                [item.get("IsDefault", False), item["CertificateArn"]] for item in certificates
            )
        self.add("listener", arn, self.tags(arn), facts)
        for rule in self.account.elb("describe_rules", ListenerArn=arn)["Rules"]:
            if rule["Priority"] == "default":
                continue
            facts = {
                "listener": arn,
                "conditions": [self.condition(condition) for condition in rule["Conditions"]],
                "actions": self.actions(rule["Actions"]),
            }
            self.add("rule", rule["RuleArn"], self.tags(rule["RuleArn"]), facts)

    @staticmethod
    def condition(condition):
        return {key: value for key, value in condition.items() if key not in ("Values", "RegexValues")}

    @staticmethod
    def actions(actions):
        return [{key: value for key, value in action.items() if key != "TargetGroupArn"} for action in actions]


def answer(request):
    account = Account(request["endpoint"], request.get("account"))
    if request.get("inventory"):
        return Inventory(account).read()
    return account.call(request["service"], request["operation"], **request.get("parameters", {}))


for line in sys.stdin:
    try:
        reply = {"answer": answer(json.loads(line))}
    except (ClientError, BotoCoreError) as error:
        reply = {"error": str(error)}
    print(json.dumps(reply, default=str), flush=True)
