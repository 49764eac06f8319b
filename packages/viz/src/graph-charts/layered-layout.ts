// Places the nodes of a directed graph in layers so that most arrows point one way (Sugiyama, Tagawa & Toda 1981):
// arrows that would close a circle are ignored, layers are longest paths, and the order within a layer follows the
// mean place of the neighbours (barycentre sweeps). Meant for tens of nodes.

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly name: string;
  readonly layer: number;
  /** Place within the layer, in 0 … 1; a layer's nodes are evenly spread around 0.5. */
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
  return nodes.map((name) => ({ name, layer: layer.get(name)!, position: position.get(name)! }));
}

function withoutCircles(nodes: readonly string[], arrows: readonly Arrow[]): Arrow[] {
  const out = new Map(nodes.map((node) => [node, [] as Arrow[]]));
  for (const arrow of arrows) {
    if (arrow.from !== arrow.to && out.has(arrow.to)) out.get(arrow.from)?.push(arrow);
  }
  const kept: Arrow[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (node: string): void => {
    state.set(node, "open");
    for (const arrow of out.get(node)!) {
      if (state.get(arrow.to) === "open") continue;
      kept.push(arrow);
      if (!state.has(arrow.to)) visit(arrow.to);
    }
    state.set(node, "done");
  };
  const entered = new Set(arrows.filter(({ from, to }) => from !== to).map(({ to }) => to));
  for (const node of [...nodes.filter((name) => !entered.has(name)), ...nodes]) if (!state.has(node)) visit(node);
  return kept;
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
