"""What is kept in memory so that it need not be made again, and how it is dropped the moment it is old.

Readers keep copies under tags ("topic:42"); writers say which tags changed. `changes` carries that from the transaction
to every process, `copies` holds what is kept, `pages` answers guests from it, `lanes` keeps guests from crowding out
members.
"""
