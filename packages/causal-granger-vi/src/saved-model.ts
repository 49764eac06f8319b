import { dataError } from "@mmm/core";

/** A learned model as text; typed arrays keep their kind. */
export function modelToText(model: unknown): string {
  return JSON.stringify(model, (_, value) => {
    if (value instanceof Float32Array) return { float32: [...value] };
    return value instanceof Float64Array ? { float64: [...value] } : value;
  });
}

/**
 * The model from the text.
 *
 * @param schema of this version
 * @param saver name of the function that gives such texts
 * @throws MmmError `BAD_MODEL`
 */
export function modelFromText<Model extends { readonly schema: string }>(
  text: string,
  schema: Model["schema"],
  saver: string,
): Model {
  let model: Model | null;
  try {
    model = JSON.parse(text, (_, value) => {
      if (Array.isArray(value?.float32)) return Float32Array.from(value.float32);
      return Array.isArray(value?.float64) ? Float64Array.from(value.float64) : value;
    });
  } catch (cause) {
    throw dataError(
      "BAD_MODEL",
      `This is no saved model: ${(cause as Error).message}`,
      `Pass the text that ${saver} gave.`,
    );
  }
  if (model?.schema !== schema) {
    throw dataError(
      "BAD_MODEL",
      `The schema is '${model?.schema}', expected '${schema}'.`,
      "Learn the model again with this version.",
    );
  }
  return model;
}
