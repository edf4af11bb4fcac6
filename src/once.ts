/** Work that is done once, for whoever asks; when it failed, the next one who asks has it tried again. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () =>
    (result ??= work().catch((thrown: unknown) => {
      result = undefined;
      throw thrown;
    }));
}
