// Places the nodes of a directed graph in layers so that most arrows point one way (Sugiyama, Tagawa & Toda 1981):
// arrows that would close a circle with earlier ones are ignored, layers are longest paths, and the order within a layer follows the
// mean place of the neighbours (barycentre sweeps). Meant for tens of nodes.

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly name: string;
  readonly layer: number;
  /** Place within the layer, in 0 … 1; a layer's nodes are evenly spread around 0.5, unless single nodes follow each other. */
  readonly position: number;
}

/** Layer and position of every node; the same input gives the same layout. */
export function layeredLayout(nodes: readonly string[], arrows: readonly Arrow[]): Place[] {
  const acyclic = withoutCircles(nodes, arrows);
  const layer = longestPaths(nodes, acyclic);
  const rows: string[][] = [];
  for (const node of nodes) (rows[layer.get(node)!] ??= []).push(node);

  const neighbours = new Map(nodes.map((node) => [node, [] as string[]]));
  for (const { from, to } of acyclic) {
    neighbours.get(from)!.push(to);
    neighbours.get(to)!.push(from);
  }
  const position = new Map<string, number>();
  const spread = (row: readonly string[]): void => {
    row.forEach((node, i) => {
      position.set(node, (i + 0.5) / row.length);
    });
  };
  rows.forEach(spread);
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed()) {
      const pull = new Map(
        row.map((node) => {
          const around = neighbours.get(node)!;
          const mean = around.reduce((total, other) => total + position.get(other)!, 0) / around.length;
          return [node, around.length > 0 ? mean : position.get(node)!];
        }),
      );
      row.sort((a, b) => pull.get(a)! - pull.get(b)!);
      spread(row);
    }
  }
  if (acyclic.some(({ from, to }) => layer.get(to)! > layer.get(from)! + 1)) zigzag(rows, position);
  return nodes.map((name) => ({ name, layer: layer.get(name)!, position: position.get(name)! }));
}

/**
 * Layers of one node each, one after another, leave the common line, on which arrows and labels would hide each other,
 * for places between those of the widest layer.
 */
function zigzag(rows: readonly (readonly string[])[], position: Map<string, number>): void {
  const widest = Math.max(...rows.map((row) => row.length));
  const high = widest < 3 ? 0.4 : Math.round(widest / 4) / widest;
  rows.forEach(([node], i) => {
    const alone = (k: number): boolean => rows[k]?.length === 1;
    if (alone(i) && (alone(i - 1) || alone(i + 1))) position.set(node!, i % 2 === 0 ? high : 1 - high);
  });
}

/** Arrows in the given order, without those that would close a circle with earlier ones. */
function withoutCircles(nodes: readonly string[], arrows: readonly Arrow[]): Arrow[] {
  const out = new Map(nodes.map((node) => [node, new Set<string>()]));
  const leadsTo = (start: string, goal: string): boolean => {
    const seen = new Set([start]);
    for (const node of seen) {
      if (node === goal) return true;
      for (const next of out.get(node)!) seen.add(next);
    }
    return false;
  };
  return arrows.filter(({ from, to }) => {
    if (!out.has(from) || !out.has(to) || leadsTo(to, from)) return false;
    out.get(from)!.add(to);
    return true;
  });
}

function longestPaths(nodes: readonly string[], arrows: readonly Arrow[]): Map<string, number> {
  const layer = new Map(nodes.map((node) => [node, 0]));
  for (let round = 0; round < nodes.length; round++) {
    let moved = false;
    for (const { from, to } of arrows) {
      if (layer.get(to)! <= layer.get(from)!) {
        layer.set(to, layer.get(from)! + 1);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return layer;
}
