/** Version of this package, saved with every result. */
export const modelVersion = "0.0.0";
