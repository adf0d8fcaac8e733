import type { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { asyncApiDocument } from '../events/catalogue/async-api.js';
import type { Terminal } from './terminal.js';

export function addAsyncApiCommand(program: Command, terminal: Terminal): void {
  program
    .command('asyncapi')
    .description('print the AsyncAPI document of the events')
    .action(() => {
      const { publicUrl, port } = loadConfig(terminal.env);
      const document = asyncApiDocument(publicUrl ?? `http://localhost:${port}`);
      terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    });
}
