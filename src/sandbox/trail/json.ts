/** A piece of JSON that is written as it stands: numbers such as `0.0`, escapes such as `\u003d`. */
export class Raw {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/** JSON.stringify that writes {@link Raw} pieces verbatim: CloudTrail's own text is not what JSON.stringify would make of it. */
export function jsonText(value: unknown): string {
  const pieces: string[] = [];
  const text = JSON.stringify(value, (_key, part: unknown) => (part instanceof Raw ? `\0${pieces.push(part.json) - 1}` : part));
  return text.replace(/"\\u0000(\d+)"/g, (_match, k: string) => pieces[Number(k)] ?? '');
}
