import { SCIM_LIMITS } from '../limits.js';
import { EnterpriseUserSchema } from './enterprise-user.schema.js';
import { GroupSchema } from './group.schema.js';
import type { ResourceType } from './model.js';
import { UserSchema } from './user.schema.js';

export const UserType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'People with an account.',
  schema: UserSchema,
  extensions: [{ schema: EnterpriseUserSchema, required: false }],
  maxCharacters: SCIM_LIMITS.userCharacters.value,
};

export const GroupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Sets of people.',
  schema: GroupSchema,
  extensions: [],
};

export const RESOURCE_TYPES: readonly ResourceType[] = [UserType, GroupType];
