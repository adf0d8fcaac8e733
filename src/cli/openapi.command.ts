import type { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import type { Terminal } from './terminal.js';

export function addOpenApiCommand(program: Command, terminal: Terminal): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the HTTP interface')
    .action(async () => {
      const { publicUrl, port } = loadConfig(terminal.env);
      // The whole application takes longer to load than any other command takes to run.
      const { describeApi } = await import('../api-description.js');
      const document = await describeApi(publicUrl ?? `http://localhost:${port}`);
      terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    });
}
