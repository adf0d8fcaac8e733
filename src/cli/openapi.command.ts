import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

export function addOpenApiCommand(program: Command, terminal: Terminal): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the HTTP interface')
    .action(async () => {
      // The whole application takes longer to load than any other command takes to run.
      const { openApiText } = await import('./openapi-text.js');
      terminal.out(`${await openApiText(terminal.env)}\n`);
    });
}
