"""Who gets through to every route: guest, member, the author of the post in question, moderator of its board only,
moderator everywhere, administrator. A route without a row fails tests/test_guards.py.

The topic, post and board stand in a board everyone reads and members write in; what is another's is refused by other
tests. "Gets through" includes a form that is wrong: who may not ask is told so before.
"""

EVERYONE = "guest member author board_moderator moderator admin"
GUEST = "guest"
MEMBERS = "member author board_moderator moderator admin"
STAFF = "board_moderator moderator admin"
AUTHOR = "author"
AUTHOR_AND_STAFF = "author board_moderator moderator admin"
ALL_BUT_AUTHOR = "member board_moderator moderator admin"
ADMIN = "admin"

MAY_USE = {
    "GET home.show": EVERYONE,
    "POST home.mark_everything_read": MEMBERS,
    "GET activity.latest": EVERYONE,
    "GET activity.unread": MEMBERS,
    "POST announcement.dismiss": EVERYONE,
    "GET about.contact": EVERYONE,
    "GET about.privacy": EVERYONE,
    "GET about.rules": EVERYONE,
    "GET health.process": EVERYONE,
    "GET health.ready": EVERYONE,
    "GET crawlers.robots": EVERYONE,
    "GET crawlers.sitemap": EVERYONE,
    "GET crawlers.boards": EVERYONE,
    "GET crawlers.latest_topics": EVERYONE,
    "GET crawlers.range_of_topics": EVERYONE,
    "GET static_files.show": EVERYONE,
    "GET board.show": EVERYONE,
    "POST board.mark_read": MEMBERS,
    "GET thread.show": EVERYONE,
    "GET thread.unread": EVERYONE,
    "GET thread.post": EVERYONE,
    "GET thread.share": EVERYONE,
    "GET thread.classic_index": EVERYONE,
    "GET profile.show": EVERYONE,
    # Joining, signing in, and one's own account.
    "GET join.new_account": EVERYONE,
    "POST join.register": EVERYONE,
    "GET sign_in.show": EVERYONE,
    "POST sign_in.sign_in": EVERYONE,
    "GET sign_in.show_confirmation": MEMBERS,
    "POST sign_in.confirm": MEMBERS,
    "GET sign_in.ask_to_sign_out": EVERYONE,
    "POST sign_in.sign_out": EVERYONE,
    "POST preferences.save": EVERYONE,
    "GET settings.profile": MEMBERS,
    "POST settings.save_profile": MEMBERS,
    "GET settings.account": MEMBERS,
    "POST settings.save_email": MEMBERS,
    "POST settings.save_password": MEMBERS,
    "POST settings.end_sign_in": MEMBERS,
    "POST settings.end_other_sign_ins": MEMBERS,
    "GET settings.appearance": MEMBERS,
    "POST settings.save_appearance": MEMBERS,
    "GET settings.reading": MEMBERS,
    "POST settings.save_reading": MEMBERS,
    # Taking part.
    "GET posts.choose_board": MEMBERS,
    "GET posts.new_topic": MEMBERS,
    "POST posts.create_topic": MEMBERS,
    "GET posts.new_reply": MEMBERS,
    "POST posts.create_reply": MEMBERS,
    "GET posts.quote": EVERYONE,
    "GET posts.edit": AUTHOR_AND_STAFF,
    "POST posts.save_edit": AUTHOR_AND_STAFF,
    "GET posts.confirm_delete": AUTHOR,
    "POST posts.delete": AUTHOR,
    "GET posts.history": STAFF,
    "POST reactions.react": ALL_BUT_AUTHOR,
    "GET reactions.show": EVERYONE,
    "POST ratings.rate": MEMBERS,
    "POST follows.follow_topic": MEMBERS,
    "POST follows.unfollow_topic": MEMBERS,
    "GET follows.topic_followers": EVERYONE,
    "POST follows.follow_board": MEMBERS,
    "POST follows.unfollow_board": MEMBERS,
    "GET follows.board_followers": EVERYONE,
    "POST follows.follow_member": MEMBERS,
    "POST follows.unfollow_member": MEMBERS,
    "GET follows.member_followers": EVERYONE,
    "GET follows.show_follows": MEMBERS,
    "POST follows.change_follows": MEMBERS,
    "GET notifications.show": MEMBERS,
    "POST notifications.open_news": MEMBERS,
    "POST notifications.mark_all_read": MEMBERS,
    "GET moderation_reports.new_report": ALL_BUT_AUTHOR,
    "POST moderation_reports.report": ALL_BUT_AUTHOR,
    # Keeping order.
    "GET moderation_overview.overview": STAFF,
    "GET moderation_overview.show_log": STAFF,
    "GET moderation_reports.show_reports": STAFF,
    "POST moderation_reports.act_on_reports": STAFF,
    "POST moderation_posts.act_on_posts": STAFF,
    "POST moderation_topics.act_on_topics": STAFF,
    "POST moderation_selection.change_selection": STAFF,
    # Administration.
    "GET admin_overview.show": ADMIN,
    "GET admin_settings.show": ADMIN,
    "POST admin_settings.save": ADMIN,
    "GET admin_boards.show": ADMIN,
    "GET admin_boards.new": ADMIN,
    "POST admin_boards.add": ADMIN,
    "GET admin_boards.edit": ADMIN,
    "POST admin_boards.save": ADMIN,
    "POST admin_boards.order": ADMIN,
    "POST admin_boards.empty": ADMIN,
    "GET admin_boards.ask_to_delete": ADMIN,
    "POST admin_boards.delete": ADMIN,
    "GET admin_permissions.show": ADMIN,
    "POST admin_permissions.save": ADMIN,
    "POST admin_permissions.copy": ADMIN,
    "GET admin_moderators.show": ADMIN,
    "POST admin_moderators.add_member": ADMIN,
    "POST admin_moderators.add_group": ADMIN,
    "POST admin_moderators.end": ADMIN,
    "GET admin_groups.show": ADMIN,
    "GET admin_groups.new": ADMIN,
    "POST admin_groups.add": ADMIN,
    "GET admin_groups.edit": ADMIN,
    "POST admin_groups.save": ADMIN,
    "POST admin_groups.order": ADMIN,
    "POST admin_groups.delete": ADMIN,
    "GET admin_members.show": ADMIN,
    "GET admin_members.edit": ADMIN,
    "POST admin_members.save": ADMIN,
}

# The only state a guest may change, and why.
GUEST_MAY_CHANGE = {
    "join.register": "becoming a member",
    "sign_in.sign_in": "becoming signed in",
    "sign_in.sign_out": "harmless: there is nothing to end",
    "preferences.save": "the look is kept in the guest's own cookie",
    "announcement.dismiss": "kept in the guest's own cookie",
}

# What the forms hold, where an empty one would not reach the question who may send it.
FORMS = {
    "POST reactions.react": {"reaction": "heart"},
    "POST ratings.rate": {"rating": "4"},
    "POST posts.create_reply": {"body": "Another reply."},
    "POST posts.create_topic": {"title": "A new topic", "body": "With words."},
    "POST moderation_posts.act_on_posts": {"do": "hide", "post": "{post}"},
    "POST moderation_topics.act_on_topics": {"do": "lock", "topic": "{topic}"},
    "POST moderation_reports.act_on_reports": {"do": "dismiss", "post": "{post}"},
    "POST moderation_selection.change_selection": {"kind": "post", "post": "{post}"},
}
QUERIES = {"GET thread.classic_index": "?/topic/{topic}-x/"}
