"""Run the migrations on the connection that `shangfa.db.server.schema` hands over."""

from alembic import context

from shangfa.db.rows import Base


def run() -> None:
    """Bring the database to the revision that alembic was asked for."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
