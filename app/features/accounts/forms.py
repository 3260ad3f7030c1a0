"""What requests about accounts may contain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Form, PasswordField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Length

from app.features.accounts import names, passwords
from app.features.accounts.preferences import FREQUENCIES, LOOK_CHOICES, TOPIC_LINKS
from app.kernel import markup
from app.kernel.errors import Invalid
from app.kernel.words import lazy_gettext as _

LONGEST_LOGIN = 254


def attach(form: Form, refusal: Invalid) -> None:
    """Show a refusal that needed the database at the field it belongs to."""
    if refusal.field in form:
        form[refusal.field].errors = [str(refusal.reason)]
    else:
        form.form_errors.append(str(refusal.reason))


def _keeps(rule: Callable[[str], object]) -> Callable[[Form, Any], None]:
    def check(_form: Form, field: Any) -> None:
        try:
            rule(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.reason) from None  # type: ignore[arg-type]  # a sentence said later

    return check


def _is_given(sentence: object) -> Callable[[Form, Any], None]:
    def check(_form: Form, field: Any) -> None:
        if not field.data:
            raise ValidationError(sentence)  # type: ignore[arg-type]

    return check


def _text(value: str | None) -> str:
    return markup.clean_text(value or "").strip()


def _line(value: str | None) -> str:
    return markup.clean_line(value or "")


class RegisterForm(Form):
    """`website` is left empty by people, who do not see it."""

    name = StringField(_("Display name"), validators=[_keeps(names.check_name)])
    email = StringField(_("E-mail address"), validators=[_keeps(names.check_email)])
    password = PasswordField(_("Password"))
    terms = BooleanField(validators=[_is_given(_("Please agree to the rules and the privacy policy."))])
    website = StringField(_("Leave this field empty"))

    def validate_password(self, field: PasswordField) -> None:
        _keeps(lambda password: passwords.check_password(password, self.name.data or "", self.email.data or ""))(
            self, field
        )

    def validate_website(self, field: StringField) -> None:
        if field.data:
            raise ValidationError(_("Please leave the last field empty; it is only there to catch programs."))


class SignInForm(Form):
    login = StringField(
        _("Display name or e-mail address"),
        validators=[
            _is_given(_("Please give your display name or your e-mail address.")),
            Length(max=LONGEST_LOGIN, message=_("No name and no address is that long.")),
        ],
    )
    password = PasswordField(_("Password"), validators=[_is_given(_("Please give your password."))])
    remember = BooleanField(_("Remember me"))


class ConfirmForm(Form):
    password = PasswordField(_("Password"), validators=[_is_given(_("Please give your password."))])


class ProfileForm(Form):
    about = TextAreaField(
        _("About you"),
        filters=[_text],
        validators=[Length(max=500, message=_("This may have up to 500 characters."))],
    )
    location = StringField(
        _("Location"),
        filters=[_line],
        validators=[Length(max=80, message=_("This may have up to 80 characters."))],
    )


class EmailForm(Form):
    email = StringField(_("E-mail address"), validators=[_keeps(names.check_email)])


class PasswordForm(Form):
    current_password = PasswordField(_("Current password"), validators=[_is_given(_("Please give your password."))])
    password = PasswordField(_("New password"))


def _choices(values: Sequence[str], labels: Sequence[Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in zip(values, labels, strict=True)]


class ReadingForm(Form):
    topic_links = SelectField(
        _("A topic's title leads to"),
        choices=_choices(TOPIC_LINKS, (_("its beginning"), _("the first post I have not read"))),
    )
    is_shown_present = BooleanField(_("Show others that I am here"))
    follow_started = BooleanField(_("Follow topics I start"))
    follow_replied = BooleanField(_("Follow topics I reply to"))
    follow_frequency = SelectField(
        _("Tell me about new replies"),
        choices=_choices(
            FREQUENCIES,
            (
                _("At once"),
                _("At most once a day"),
                _("At most once a week"),
                _("Not at all, only keep it in my list"),
            ),
        ),
    )
    follow_anonymously = BooleanField(_("Follow anonymously"))


def look_of(sent: Mapping[str, str], languages: Mapping[str, str]) -> dict[str, str]:
    """The choices of the theme and language forms in what was sent; what is none of the choices is left out."""
    look = {name: sent[name] for name, choices in LOOK_CHOICES.items() if sent.get(name) in choices}
    if sent.get("locale") in {"", *languages}:
        look["locale"] = sent["locale"]
    return look
