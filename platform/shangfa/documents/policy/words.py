"""The JSON Schema of a policy document, every word of it told in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from shangfa.documents.policy.shape import PolicyDoc

MODELS: Final[dict[str, str]] = {
    "PolicyDoc": "一份制度",
    "AttributeDoc": "条件可以问到的对象属性；简写为类型",
    "ClauseDoc": "条款：写一个 kind 及其 params，或写 parts",
    "CommonDoc": "若干条款共有的事实与后果，按编号的通配符选条款",
    "FactDoc": "登记条款时要填的事实；简写为类型",
    "LapseDoc": "有效多久；恰写 months、days、until 之一",
    "HistoryDoc": "由对象自己的历史回答的事实，不用人填",
    "OfDoc": "问的是什么，恰写一项；简写 clause 指本条款",
    "ParameterDoc": "有名称的值：歧义处的读法，或须由公司填写的值",
    "PartDoc": "条款的一项后果",
    "ProgrammeDoc": "期末对全体计算的评比或折算",
    "QuantityDoc": "数量的单位；不写即按次、整数、至少 1",
    "ReactionDoc": "由累计得出的后果",
    "RungDoc": "阶梯的一级；简写为键",
    "ScaleDoc": "条件成立时，金额、工资、点数按百分比加重或减轻",
    "ScopeDoc": "适用范围；不写的一项不作限制",
    "WithinDoc": "以事实当天为终点的一段日子；简写为窗口名",
}
FIELDS: Final[dict[str, tuple[str, str]]] = {
    "language": ("语言版本，不写即 1", "version of this language; 1 when it is not said"),
    "policy": ("制度的名称，小写字母、数字、连字符", "name of the policy: a-z, 0-9, -"),
    "title": ("标题", "title"),
    "effective_from": ("施行的第一天", "first day in force"),
    "source": ("在原文中的位置", "place in the source document"),
    "scope": ("适用范围", "whom it covers"),
    "ladder": ("处分或奖励的阶梯，由低到高", "the marks, low to high"),
    "parameters": ("以 $名称 引用的值", "values referred to as $name"),
    "attributes": ("条件以 subject.<名称> 问到的属性", "asked for as subject.<name>"),
    "clauses": ("条款；在 common 中为编号的通配符", "clauses; under common, patterns of codes"),
    "common": ("若干条款共有的部分", "what several clauses share"),
    "reactions": ("由累计得出的后果", "what follows from totals"),
    "programmes": ("期末的计算", "what is computed when a period closes"),
    "lapses": ("阶梯的一级或字母有效多久", "how long a rung or a letter is in force"),
    "until": ("到所在窗口结束为止", "until the window it lies in ends"),
    "procedures": ("可另选的办理程序", "others that an incident may ask for"),
    "procedure": ("办理程序", "how a case is handled"),
    "rounding": ("分摊金额的取整方式", "how split money is rounded"),
    "type": ("类型", "type"),
    "zh": ("中文名称", "Chinese label"),
    "en": ("英文名称", "English label"),
    "values": ("choice 的各选项", "options of a choice"),
    "code": ("编号，后果所引", "code, as consequences cite it"),
    "quantity": ("数量的单位与限度", "unit and limits of the quantity"),
    "facts": ("要填的事实", "facts that are reported"),
    "history": ("由历史回答的事实", "facts that the subject's history answers"),
    "when": ("条件，见参考页", "condition, see the reference"),
    "kind": ("类型名，由插件提供", "name of a kind, provided by a plugin"),
    "params": ("该类型的参数，见插件", "what the kind takes, see the plugin"),
    "choose": ("各项后果都算，还是只算第一项", "all parts count, or the first that holds"),
    "parts": ("各项后果", "consequences"),
    "scale": ("从重、从轻：各项成立的依次相乘", "heavier or milder: all that hold multiply"),
    "percent": ("百分比，200 为加倍，50 为减半", "percentage: 200 doubles, 50 halves"),
    "shared": ("多个对象须写明比例，合计 100", "several subjects need shares of 100"),
    "note": ("说明", "a note"),
    "wording": ("条款原文，印在奖罚单上", "the clause in full, printed on slips"),
    "replaces": ("取代条款自己的后果", "stands instead of the clause's own parts"),
    "required": ("是否必填", "whether it must be given"),
    "default": ("不填时的值", "value when it is not given"),
    "least": ("最小值", "smallest value"),
    "most": ("最大值", "largest value"),
    "kept": ("只为存档，不供规则读取", "kept for the record though no rule reads it"),
    "ask": (
        "nth 第几次（自 1 起）；sum 此前合计；days_since 距上次天数；in_force 是否有效",
        "nth: which time, from 1; sum: what was posted before; days_since the last; in_force",
    ),
    "of": ("问的是什么", "what is asked for"),
    "within": ("在哪一段日子内", "within which days"),
    "same": (
        "of: clause 时：这些事实的值与本次相同，如同一客户",
        "of clauses: facts whose value was the same, such as the customer",
    ),
    "itself": ("本条款被登记", "this clause, as it was reported"),
    "clause": ("另一条款被登记", "another clause, as it was reported"),
    "counter": ("计数", "a counter"),
    "rung": ("阶梯的一级", "a rung of the ladder"),
    "action": ("处置", "an action"),
    "letter": ("某字母的点数", "points of a letter"),
    "money": ("某账户的金额（元）", "CNY of an account"),
    "value": ("取值；空为待填", "its value; empty until it is filled in"),
    "allowed": ("可取的值", "values it may have"),
    "unit": ("单位", "unit"),
    "name": ("名称", "name"),
    "whole": ("只收整数", "only whole numbers"),
    "kinds": ("对象类别", "kinds of subjects"),
    "departments": ("部门", "departments"),
    "positions": ("岗位", "positions"),
    "window": ("当天、当月、当季、当年或至今", "day, month, quarter, year or ever"),
    "days": ("往前多少天，含当天", "so many days back, today the first"),
    "months": ("往前多少个月", "so many months back"),
}
SHORT: Final = frozenset({"FactDoc", "AttributeDoc", "RungDoc", "OfDoc", "WithinDoc"})
"""Models that may be written as one word."""


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy document."""
    schema = PolicyDoc.model_json_schema()
    models = {"PolicyDoc": schema, **schema["$defs"]}
    for name, model in models.items():
        model["description"] = f"{MODELS[name]} | {model.get('description', '')}".rstrip()
        for field, value in model.get("properties", {}).items():
            zh, en = FIELDS[field]
            value["description"] = f"{zh} | {en}"
    _allow_words(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _allow_words(schema: Any) -> None:
    """Let what has a short form be a text as well."""
    for value in list(_objects(schema)):
        model = str(value.get("$ref", "")).rpartition("/")[2]
        if model in SHORT:
            reference = {"$ref": value.pop("$ref")}
            value["anyOf"] = [reference, {"type": "string"}]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)
