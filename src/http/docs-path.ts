/** Where Swagger UI is; the document is at the same path with `-json` behind it. */
export const DOCS_PATH = 'docs';
