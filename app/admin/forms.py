"""What requests to the administration may contain."""

from __future__ import annotations

import re
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel import markup
from app.kernel.fields import WholeNumberField
from app.kernel.words import lazy_gettext as _

# Names of the sprite static/icons.svg that say something about a board.
# fmt: off
BOARD_ICONS = (
    "messages", "message", "news", "megaphone", "book", "camera", "wave", "leaf",
    "flame", "cup", "bulb", "heart", "smile", "star", "award", "calendar",
    "poll", "tag", "image", "code", "folder", "globe", "home", "users",
    "user", "lock", "shield", "key", "gear", "sliders", "help", "info",
)
# fmt: on

TOP = 0
YEAR_OF_MINUTES = 365 * 24 * 60
MAX_TEXT = 32_000
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


class Refusing(Form):
    """A form that can also show a rule which only the action knew."""

    def refuse(self, reason: object, field_name: str) -> None:
        """Show `reason` beside the field of that name, or above the form when it has none."""
        if field_name in self:
            field = self[field_name]
            field.errors = [*field.errors, str(reason)]
        else:
            self.form_errors = [*self.form_errors, str(reason)]


class ChoiceField(SelectField):
    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Please choose one of the list.")) from error


class ChecksField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Please choose from the list.")) from error


def clean_line(value: str | None) -> str:
    return markup.clean_line(value or "")


def clean_text(value: str | None) -> str:
    return markup.clean_text(value or "").strip()


def named(_form: Form, field: Any) -> None:
    if not field.data:
        raise ValidationError(_("Please write a name."))


def at_most(count: int) -> Length:
    return Length(max=count, message=_("This may have up to %(max)d characters."))


def within(low: int, high: int) -> NumberRange:
    return NumberRange(low, high, message=_("Please write a number from %(min)s to %(max)s."))


def given(_form: Form, field: Any) -> None:
    if field.data is None and not field.errors:
        raise ValidationError(_("Please write a whole number, in figures."))


def id_of_choice(typed: Any) -> int:
    return int(typed) if str(typed).isascii() and str(typed).isdecimal() and len(str(typed)) < 10 else -1


class BoardForm(Refusing):
    name = StringField(_("Name"), filters=[clean_line], validators=[named, at_most(80)])
    description = StringField(_("Description"), filters=[clean_line], validators=[at_most(300)])
    parent_id = ChoiceField(_("Stands in"), coerce=id_of_choice)
    is_category = BooleanField(_("A category: it only groups boards and holds no topics"))
    icon = RadioField(_("Icon"), default="messages", validate_choice=False)
    edit_minutes = WholeNumberField(
        _("Minutes in which authors may edit or delete their posts"),
        validators=[Optional(), within(0, YEAR_OF_MINUTES)],
    )
    has_ratings = BooleanField(_("Members rate topics here"), default=True)
    counts_posts = BooleanField(_("Posts here add to their authors' totals, which everyone sees"), default=True)

    def validate_icon(self, field: RadioField) -> None:
        if field.data not in BOARD_ICONS:
            raise ValidationError(_("Please choose one of the list."))


class NewBoardForm(BoardForm):
    rights_from = ChoiceField(_("Permissions to begin with"), default="usual")


class MoveTopicsForm(Refusing):
    to_id = ChoiceField(_("Move its topics to"), coerce=id_of_choice)


class CopyRightsForm(Refusing):
    from_id = ChoiceField(_("Copy the permissions of"), coerce=id_of_choice)


class NamedModeratorForm(Refusing):
    name = StringField(_("Display name"), filters=[clean_line], validators=[named])


class GroupModeratorForm(Refusing):
    group_id = ChoiceField(_("Group"), coerce=id_of_choice)


class GroupForm(Refusing):
    name = StringField(_("Name"), filters=[clean_line], validators=[named, at_most(60)])
    title = StringField(_("Title"), filters=[clean_line], validators=[at_most(60)])
    is_team = BooleanField(_("Part of the team: members of this group are marked as such"))
    is_admin = BooleanField(_("Administrators: may do everything, in every board, and see these pages"))


class MemberGroupsForm(Refusing):
    group_id = ChoiceField(_("Primary group"), coerce=id_of_choice)
    others = ChecksField(_("Further groups"), coerce=id_of_choice)


class SettingsForm(Refusing):
    """The site's settings; the names are those of `SiteSettings`."""

    name = StringField(_("Name of the site"), filters=[clean_line], validators=[named, at_most(60)])
    description = StringField(_("Description"), filters=[clean_line], validators=[at_most(300)])
    announcement = TextAreaField(_("Announcement"), filters=[clean_text], validators=[at_most(2_000)])
    posts_per_page = WholeNumberField(_("Posts on a page"), validators=[given, within(5, 100)])
    topics_per_page = WholeNumberField(_("Topics on a page"), validators=[given, within(5, 100)])
    presence_minutes = WholeNumberField(
        _("Minutes for which a member counts as present"), validators=[given, within(1, 24 * 60)]
    )
    registration_is_open = BooleanField(_("New members may register"))
    contact_email = StringField(_("Contact e-mail address"), filters=[clean_line], validators=[at_most(254)])
    rules = TextAreaField(_("Community rules"), filters=[clean_text], validators=[at_most(MAX_TEXT)])
    privacy = TextAreaField(_("Privacy policy"), filters=[clean_text], validators=[at_most(MAX_TEXT)])
    default_locale = ChoiceField(_("Language of the site"))
    time_zone = ChoiceField(_("Time zone of the site"))

    def validate_contact_email(self, field: StringField) -> None:
        if field.data and not _EMAIL.fullmatch(field.data):
            raise ValidationError(_("This does not look like an e-mail address."))
