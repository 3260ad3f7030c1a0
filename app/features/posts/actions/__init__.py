"""Writing, changing and placing posts, one file per idea."""

from app.features.posts.actions.change import Edit, delete_own_post, edit_post, edit_topic_opening
from app.features.posts.actions.write import reply, start_topic, submission_key_of

__all__ = ["Edit", "delete_own_post", "edit_post", "edit_topic_opening", "reply", "start_topic", "submission_key_of"]
