"""Why an op is quarantined (rule P2): a stable code, and the reason in Chinese."""

from __future__ import annotations

from server.core.errors import BadInput

REASONS = {
    "id_reused": "这个编号已用于另一条内容",
    "n_taken": "这个序号已被本机的另一条操作占用",
    "chain_broken": "操作的先后链条不完整",
    "schema_too_new": "应用比服务器新，请等待服务器更新",
    "unknown_type": "服务器不认识这种记录，请等待服务器更新",
    "unknown_kind": "服务器不认识这种操作，请等待服务器更新",
    "scope_unknown": "您没有这个范围的权限",
    "handed_over": "这个网格已由别人负责，这条内容已移交给现在的负责人处理",
    "already_decided": "这次移交已有另一个处理结果",
    "not_allowed": "您没有权限这样修改这条记录",
    "record_unknown": "服务器上没有这条记录",
    "record_gone": "这条记录已被本机删除",
    "too_many_conflicts": "与别处的修改冲突过多，已原样保存，请分开重写",
    "op_too_large": "内容过大，超过 1 MiB",
    "too_deep": "内容嵌套过深",
    "invalid_text": "含有不允许的字符或数字",
    "internal": "服务器处理这条内容时出错，已原样保存",
}


class Refused(BadInput):
    """An op that can't be applied; it is quarantined and takes no other op with it."""

    def __init__(self, code: str, *, field: str | None = None, message: str | None = None) -> None:
        super().__init__(message or REASONS[code], code=code, field=field)
