/** The end of a text that may grow without limit, such as a server's log. */
export class TextTail {
  readonly #limit: number;
  #text = '';

  constructor(limitCharacters: number) {
    this.#limit = limitCharacters;
  }

  append(text: string): void {
    this.#text = (this.#text + text).slice(-this.#limit);
  }

  get text(): string {
    return this.#text;
  }
}
