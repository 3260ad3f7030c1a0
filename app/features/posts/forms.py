"""What a request to write a post may contain."""

from __future__ import annotations

from typing import Any

from wtforms import Form, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from app.kernel import markup
from app.kernel.fields import WholeNumberField, clean_line, clean_text
from app.kernel.words import figures
from app.kernel.words import lazy_gettext as _

MAX_TITLE = 200
MARKS_ALONE = 500


def _says_something(_form: Form, field: Any) -> None:
    """Refuse what nobody could read: nothing, or marks alone."""
    is_short = len(field.data) <= MARKS_ALONE
    if markup.is_blank(field.data) or (is_short and markup.is_blank(markup.render(field.data).text)):
        raise ValidationError(_("Please write something first."))


def _fits(_form: Form, field: Any) -> None:
    over = len(field.data) - markup.MAX_SOURCE
    if over > 0:
        raise ValidationError(
            _(
                "A post may have up to 32,000 characters; this one has %(over)s too many. Nothing was lost.",
                over=figures(over),
            )
        )


class PostForm(Form):
    """The text of a post. `key` makes a form sent twice one post."""

    body = TextAreaField(_("Text"), filters=[clean_text], validators=[_says_something, _fits])
    key = StringField(filters=[clean_line], validators=[Length(max=64)])


class ReplyForm(PostForm):
    """`seen` is the newest post the writer had in view."""

    seen = WholeNumberField(validators=[Optional()])


class TopicForm(PostForm):
    title = StringField(_("Title"), filters=[clean_line])

    def validate_title(self, field: StringField) -> None:
        if markup.is_blank(field.data or ""):
            raise ValidationError(_("A topic needs a title."))
        if len(field.data or "") > MAX_TITLE:
            raise ValidationError(
                _("A title may have up to 200 characters; this one has %(count)s.", count=len(field.data or ""))
            )


class EditForm(PostForm):
    """`seen` is how often the post had been edited when the writer opened it."""

    reason = StringField(
        _("Reason for the edit"),
        filters=[clean_line],
        validators=[Length(max=200, message=_("This may have up to %(max)d characters."))],
    )
    seen = WholeNumberField(validators=[Optional()])


class OpeningForm(EditForm, TopicForm):
    """The first post together with the topic's title."""
