/** Something an operator asked for that cannot be done; the message is one sentence for them. */
export class Refusal extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'Refusal';
  }
}
