/** Where the management API is served. */
export const MANAGEMENT_PATH = 'api/v1';
