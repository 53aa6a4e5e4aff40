"""What is refused about a distributed database, each with the way out."""

from __future__ import annotations

from typing import Final, NamedTuple


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class ClusterError(RuntimeError):
    """The database is not, or not rightly, distributed; says what to do, in both languages."""

    def __init__(self, said: Said, **values: object) -> None:
        super().__init__(f"{said.zh.format(**values)} | {said.en.format(**values)}")


OWNER_MISSING: Final = Said(
    "此操作由表结构的所有者执行：请设置 SHANGFA_OWNER_URL。",
    "Only the owner of the schema can do this: set SHANGFA_OWNER_URL.",
)
NO_EXTENSION: Final = Said(
    "此数据库不是 Citus 协调节点：没有 citus 扩展。请在集群的每个节点上安装 Citus，"
    "在本库执行 CREATE EXTENSION citus，再登记各工作节点。",
    "This database is not a Citus coordinator: it has no extension citus. Install Citus on every "
    "node, run CREATE EXTENSION citus in this database on each, and add the workers.",
)
A_WORKER: Final = Said(
    "此数据库不是 Citus 协调节点，而是一个工作节点。请把 SHANGFA_DATABASE_URL 与 "
    "SHANGFA_OWNER_URL 指向协调节点。",
    "This database is not a Citus coordinator but a worker. Point SHANGFA_DATABASE_URL and "
    "SHANGFA_OWNER_URL at the coordinator.",
)
NO_WORKERS: Final = Said(
    "协调节点没有可存放分片的工作节点；请先用 citus_add_node('主机', 端口) 登记至少一个。",
    "The coordinator has no worker that takes shards; add one with citus_add_node('host', port).",
)
ROWS_LOST: Final = Said(
    "表“{table}”分布前有{before}行，分布后有{after}行；已全部撤销。请停止服务后重试。",
    "Table {table} had {before} rows before it was distributed and {after} after; everything was "
    "undone. Stop the service and try again.",
)
NOT_WHOLE: Final = Said(
    "这些公司数据表尚未分布：{tables}。请由所有者运行 shangfa db distribute。",
    "These tables of companies are not distributed: {tables}. Run `shangfa db distribute` as the "
    "owner.",
)
SETTING: Final = Said(
    "角色“{role}”的 {name} 为 {found}，应为 {wanted}，否则工作节点看不到当前公司、或语句无法执行。"
    "请以管理员身份运行：{way}",
    "For the role {role}, {name} is {found} and must be {wanted}, or workers do not see which "
    "company is set or statements cannot be run. As administrator run: {way}",
)
NOT_DISTRIBUTED: Final = Said(
    "此数据库尚未分布；请先运行 shangfa db distribute。",
    "This database is not distributed; run `shangfa db distribute` first.",
)
MOVE_RUNNING: Final = Said(
    "另一个 shangfa db move 正在执行，或被终止者的最后一步仍在服务器上进行；请等待其结束。",
    "Another `shangfa db move` runs, or the last step of one that was killed still does on the "
    "server; wait until it ends.",
)
MOVE_UNFINISHED: Final = Said(
    "上次迁移没有完成，以下公司仍被冻结（请求得到 503 busy）：{slugs}。请运行 "
    "shangfa db move resume：重算后解冻。",
    "The last move was not finished; these companies are still frozen (503 busy): {slugs}. Run "
    "`shangfa db move resume`, which replays and unfreezes them.",
)
STILL_WORKING: Final = Said(
    "公司“{slug}”的操作在{seconds}秒内没有结束；未迁移任何内容，已解冻。"
    "请稍后再试，或增大 --wait。",
    "What company {slug!r} had begun did not end within {seconds} seconds; nothing was moved and "
    "it goes on. Try again later, or with a larger --wait.",
)
MOVE_FAILED: Final = Said(
    "服务器拒绝了此次迁移，未迁移任何内容：{reason}",
    "The servers refused the move and nothing was moved: {reason}",
)
UNKNOWN_NODE: Final = Said(
    "没有工作节点“{node}”；可用的见 SELECT nodename, nodeport FROM pg_dist_node。",
    "There is no worker {node}; SELECT nodename, nodeport FROM pg_dist_node lists them.",
)
DIFFERENT: Final = Said(
    "迁移后重算的结果与迁移前不同，以下公司保持冻结：{slugs}。请先用 shangfa replay 查看差异"
    "并与备份核对，再以 shangfa db move resume --anyway 解冻。",
    "The replay after the move differs from the one before; these companies stay frozen: {slugs}. "
    "Look at `shangfa replay`, compare with a backup, then `shangfa db move resume --anyway`.",
)
NOT_ADMINISTRATOR: Final = Said(
    "角色“{role}”受行级安全约束，不能在服务器之间复制数据。请仅为此命令把 SHANGFA_OWNER_URL "
    "设为协调节点的超级用户（表的所有者不变）。",
    "The role {role} is held by row-level security and cannot copy rows between servers. For this "
    "command alone set SHANGFA_OWNER_URL to a superuser on the coordinator; the tables keep their "
    "owner.",
)
