import { Eta } from 'eta/core';
import type { MailText } from './mail-text.js';

/** What templates are given. */
export interface MailPage extends MailText {
  /** Undefined greets nobody by name. */
  readonly name: string | undefined;
  /** Undefined for mails that nobody can unsubscribe from. */
  readonly unsubscribeUrl: string | undefined;
}

const TEXT = `Hello<%= it.name ? ' ' + it.name : '' %>,

<%= it.intro %>

<% for (const line of it.lines) { -%>
- <%= line %>
<% } -%>

<%= it.outro %>
<% if (it.unsubscribeUrl) { -%>

-- 
No more mails like this: <%= it.unsubscribeUrl %>
<% } -%>
`;

const HTML = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title><%= it.subject %></title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
<p>Hello<%= it.name ? ' ' + it.name : '' %>,</p>
<p><%= it.intro %></p>
<ul>
<% for (const line of it.lines) { %>
<li><%= line %></li>
<% } %>
</ul>
<p><%= it.outro %></p>
<% if (it.unsubscribeUrl) { %>
<p style="font-size: small"><a href="<%= it.unsubscribeUrl %>">No more mails like this</a></p>
<% } %>
</body>
</html>
`;

/** Only HTML is escaped: in plain text there is nothing that a name could be taken for. */
const forText = new Eta({ autoEscape: false, autoTrim: false });
const forHtml = new Eta({ autoEscape: true });
const text = forText.compile(TEXT);
const html = forHtml.compile(HTML);

export function renderMail(page: MailPage): { readonly text: string; readonly html: string } {
  return { text: forText.render(text, page), html: forHtml.render(html, page) };
}
