import { usageError } from "@mmm/core";

export interface Brand {
  /** Shown above the title. */
  readonly name?: string;
  /** Accent colour as `#rrggbb`. */
  readonly color?: string;
  /** Logo as a `data:image/…` URI. */
  readonly logo?: string;
}

/** The brand itself, when its colour and logo have the form that pages and slides need. */
export function checkedBrand(brand: Brand): Brand {
  if (brand.logo !== undefined && !/^data:image\/[a-z+.-]+[;,]/.test(brand.logo)) {
    throw usageError(
      "BRAND_LOGO",
      "The brand's logo must be a data URI such as 'data:image/png;base64,…'; a report makes no request to elsewhere.",
      "Encode the image file as a data URI.",
    );
  }
  if (brand.color !== undefined && !/^#[0-9a-f]{6}$/i.test(brand.color)) {
    throw usageError(
      "BRAND_COLOR",
      `The brand's colour is '${brand.color}'; it must have the form #rrggbb.`,
      "For example #1f6fb2.",
    );
  }
  return brand;
}
