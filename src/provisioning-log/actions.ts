/** What a request meant to do, in the words of whoever looks after an identity provider. The keys go over the wire. */
export const ACTIONS = {
  'test-connection': 'Test the connection',
  discover: 'Read what the service can do',
  'create-user': 'Create user',
  'look-up-user': 'Look up user',
  'search-users': 'Search users',
  'list-users': 'List users',
  'read-user': 'Read user',
  'update-user': 'Update user',
  'replace-user': 'Replace user',
  'deactivate-user': 'Deactivate user',
  'reactivate-user': 'Reactivate user',
  'set-password': 'Set password of user',
  'delete-user': 'Delete user',
  'create-group': 'Create group',
  'look-up-group': 'Look up group',
  'search-groups': 'Search groups',
  'list-groups': 'List groups',
  'read-group': 'Read group',
  'check-membership': 'Check membership',
  'add-members': 'Add members to group',
  'remove-members': 'Remove members from group',
  'change-members': 'Add and remove members of group',
  'replace-members': 'Replace members of group',
  'rename-group': 'Rename group',
  'update-group': 'Update group',
  'replace-group': 'Replace group',
  'delete-group': 'Delete group',
  search: 'Search users and groups',
  bulk: 'Bulk request',
  other: 'Other request',
  'not-recorded': 'Requests that were not recorded',
} as const;

export type Action = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];
