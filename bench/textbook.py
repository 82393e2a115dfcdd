"""The textbook's way to give coupons, to compare with: one ORM transaction a request, the coupon's row locked in it.

Nothing of what a platform needs: no session, no CSRF, no zone, audience, rules or audit.
"""

import os
from uuid import UUID

from flask import Flask, request
from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

SCHEMA = "textbook"
DATABASE = "TEXTBOOK_DATABASE_URL"


class Base(DeclarativeBase):
    """Tables of a schema of their own."""


class Coupon(Base):
    """A coupon and how many are left of it."""

    __tablename__ = "coupons"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int]


class Claim(Base):
    """That a member has one."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("coupon_id", "member_id"), {"schema": SCHEMA})

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey(Coupon.id))
    member_id: Mapped[UUID]


def make_textbook() -> Flask:
    """The application; the member is who the cookie says."""
    app = Flask(__name__)
    engine = create_engine(os.environ[DATABASE], pool_size=64)

    @app.post("/claim/<int:coupon_id>")
    def claim(coupon_id: int) -> str:
        member_id = UUID(request.cookies["member"])
        with Session(engine) as session:
            coupon = session.get_one(Coupon, coupon_id, with_for_update=True)
            had = select(Claim.id).where(Claim.coupon_id == coupon_id, Claim.member_id == member_id)
            if session.scalar(had) is not None:
                return "yours already"
            if coupon.left == 0:
                return "all taken"
            session.add(Claim(coupon_id=coupon_id, member_id=member_id))
            coupon.left -= 1
            try:
                session.commit()
            except IntegrityError:
                return "yours already"
        return "yours"

    return app
