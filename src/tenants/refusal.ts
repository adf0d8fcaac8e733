import { Problem } from '../http/problem.js';

/** Something that was asked for and cannot be done; the message is one sentence for whoever asked. */
export class Refusal extends Problem {
  constructor(sentence: string) {
    super(422, sentence);
    this.name = 'Refusal';
  }
}
