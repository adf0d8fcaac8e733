/**
 * The page that shows the OpenAPI document. Scripts are files, so that the page's policy can forbid all others.
 * @param base path of the page, such as `/docs`
 */
export function page(base: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Muster</title>
    <link rel="icon" type="image/png" href="${base}/favicon-32x32.png">
    <link rel="stylesheet" href="${base}/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${base}/swagger-ui-bundle.js"></script>
    <script src="${base}/start.js"></script>
  </body>
</html>
`;
}

/** Starts Swagger UI on the document; the token that somebody types stays in the browser. */
export function startScript(base: string): string {
  const options = {
    url: `${base}-json`,
    dom_id: '#swagger-ui',
    deepLinking: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
  };
  return `window.ui = SwaggerUIBundle(${JSON.stringify(options, null, 2)});\n`;
}
