/** Put in by the build. */
declare const FORWARDER_VERSION: string | undefined;

/** This package's version; `development` where the sources run unbuilt, as in tests. */
export const VERSION: string = typeof FORWARDER_VERSION === 'string' ? FORWARDER_VERSION : 'development';
