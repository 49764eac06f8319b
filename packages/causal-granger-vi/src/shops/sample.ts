import { createRandom, dataError, type RunHooks, throwIfCancelled } from "@mmm/core";
import { checkShop } from "./check.js";
import { type Shop, type ShopLayout, type ShopSource, shopBlocks } from "./shop.js";

export interface SampleSettings {
  readonly seed: number;
  readonly learnShops: number;
  readonly blockShops: number;
}

/**
 * A reservoir of shops from a source of any length, read once; every shop has the same chance to be in it.
 *
 * @throws MmmError `NO_SHOPS`, `DUPLICATE_UNIT`, `SHAPE`, `NOT_FINITE`, `CONTEXT`
 */
export async function sampleShops(
  source: ShopSource,
  layout: ShopLayout,
  settings: SampleSettings,
  hooks: RunHooks | undefined,
): Promise<{ sample: Shop[]; seen: number }> {
  const random = createRandom(settings.seed).split("sample");
  const sample: Shop[] = [];
  const units = new Set<string>();
  let seen = 0;
  for await (const block of shopBlocks(source, settings.blockShops)) {
    throwIfCancelled(hooks);
    for (const shop of block) {
      checkShop(shop, layout);
      if (units.has(shop.unit)) {
        throw dataError(
          "DUPLICATE_UNIT",
          `Two shops are named '${shop.unit}'.`,
          "Rename one, or join their rows before passing them.",
          { unit: shop.unit },
        );
      }
      units.add(shop.unit);
      seen++;
      if (sample.length < settings.learnShops) sample.push(shop);
      else {
        const place = random.integer(seen);
        if (place < settings.learnShops) sample[place] = shop;
      }
    }
    hooks?.onProgress?.({ phase: "read", step: seen, total: 0 });
  }
  if (seen === 0) throw dataError("NO_SHOPS", "There are no shops to learn from.", "Pass at least one shop.");
  return { sample, seen };
}
