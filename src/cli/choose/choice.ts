/** The one that is meant; when there is not just one, the names to choose from. */
export interface Choice<T> {
  found?: T;
  /** Empty: there is none at all. */
  candidates: string[];
}

/** The only one that fits, if there is only one. */
export function oneOf<T>(fitting: T[], nameOf: (candidate: T) => string): Choice<T> {
  const [found, ...others] = fitting;
  return { candidates: fitting.map(nameOf), ...(found === undefined || others.length > 0 ? {} : { found }) };
}
