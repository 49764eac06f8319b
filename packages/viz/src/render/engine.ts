// The parts of echarts that the charts use, and no others: the same set draws in the page and in Node.

import { BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

let ready = false;

/** echarts' `init` with the used charts and components registered. */
export function chartEngine(): typeof init {
  if (!ready) {
    use([
      BarChart,
      CustomChart,
      GraphChart,
      HeatmapChart,
      LineChart,
      ScatterChart,
      GridComponent,
      LegendComponent,
      MarkAreaComponent,
      MarkLineComponent,
      TooltipComponent,
      VisualMapComponent,
      SVGRenderer,
    ]);
    ready = true;
  }
  return init;
}
