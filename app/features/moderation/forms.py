"""What moderators, and members who report, may send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from app.features.moderation.log import REASON_LENGTH
from app.features.posts.forms import MAX_TITLE
from app.kernel import markup
from app.kernel.fields import clean_line, clean_text
from app.kernel.words import lazy_gettext as _

NOTE_LENGTH = 200
COMMENT_LENGTH = 1000

REPORT_KINDS: Mapping[str, object] = {
    "spam": _("Advertising or spam"),
    "abuse": _("Rude or abusive"),
    "off-topic": _("Off topic"),
    "illegal": _("Against the law"),
    "other": _("Something else"),
}


def _clean_comment(value: str | None) -> str:
    return clean_text(value).strip()


class IdField(Field):
    """A row's id; None when nothing, or no number, was sent."""

    data: int | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = valuelist[0] if valuelist else ""
        self.data = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= 10 else None


_too_long = _("This may have up to %(max)d characters.")


class ReasonForm(Form):
    """`reason` is for the log, and for those who see what is hidden."""

    reason = StringField(
        _("Reason (for the log)"), filters=[clean_line], validators=[Length(max=REASON_LENGTH, message=_too_long)]
    )


class RecommendForm(Form):
    note = StringField(
        _("Note for all readers: why is it worth reading?"),
        filters=[clean_line],
        validators=[Length(max=NOTE_LENGTH, message=_too_long)],
    )


class BoardChoiceForm(ReasonForm):
    """`boards` are those that may be chosen, by id, with their names."""

    board = IdField(_("Board"))
    boards: Mapping[int, str] = {}


class MoveForm(BoardChoiceForm):
    leave_link = BooleanField(_("Leave a link in the old board"))

    def validate_board(self, field: IdField) -> None:
        if field.data not in self.boards:
            raise ValidationError(_("Choose one of the boards."))


class MergeForm(ReasonForm):
    """`into` is one of the chosen `topics`, or empty when `address` names another one."""

    into = IdField(_("Which topic stays?"))
    topics: Mapping[int, str] = {}
    address = StringField(_("Address or number of the topic"), filters=[clean_line], validators=[Length(max=2000)])

    def validate_address(self, field: StringField) -> None:
        if self.into.data is None and not field.data:
            raise ValidationError(_("Paste the address of the topic that takes the posts."))


class SplitForm(BoardChoiceForm):
    to = StringField(_("Move the posts to"))
    targets: Mapping[str, object] = {"new": _("A new topic"), "existing": _("A topic that exists")}
    title = StringField(_("Title"), filters=[clean_line])
    address = StringField(_("Address or number of the topic"), filters=[clean_line], validators=[Length(max=2000)])

    def validate_to(self, field: StringField) -> None:
        if field.data not in self.targets:
            raise ValidationError(_("Choose one of them."))

    def validate_title(self, field: StringField) -> None:
        if self.to.data != "new":
            return
        if markup.is_blank(field.data or ""):
            raise ValidationError(_("A topic needs a title."))
        if len(field.data or "") > MAX_TITLE:
            raise ValidationError(
                _("A title may have up to 200 characters; this one has %(count)s.", count=len(field.data or ""))
            )

    def validate_board(self, field: IdField) -> None:
        if self.to.data == "new" and field.data not in self.boards:
            raise ValidationError(_("Choose one of the boards."))

    def validate_address(self, field: StringField) -> None:
        if self.to.data == "existing" and not field.data:
            raise ValidationError(_("Paste the address of the topic that takes the posts."))


class ReportForm(Form):
    kind = StringField(_("What is wrong with it?"))
    kinds: Mapping[str, object] = REPORT_KINDS
    comment = TextAreaField(
        _("What should moderators know?"),
        filters=[_clean_comment],
        validators=[Length(max=COMMENT_LENGTH, message=_too_long)],
    )

    def validate_kind(self, field: StringField) -> None:
        if field.data not in REPORT_KINDS:
            raise ValidationError(_("Choose what fits best."))

    def validate_comment(self, field: TextAreaField) -> None:
        if self.kind.data == "other" and markup.is_blank(field.data or ""):
            raise ValidationError(_("Please say in a few words what is wrong."))
