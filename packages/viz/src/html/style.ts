// The page's only style sheet. Colours come from the palette as custom properties, so page and charts always agree.

import { fontStack } from "../render/hydrate.js";
import { type Palette, palettes } from "../theme/palette.js";

/** CSS of a page; `accent` is a brand colour for the header line and links' underline. */
export function styleSheet(accent: string | undefined): string {
  const variables = (palette: Palette): string =>
    Object.entries(palette)
      .map(([name, value]) => `--${name}:${value}`)
      .join(";");
  const dark = `${variables(palettes.dark)};color-scheme:dark`;
  return `:root{${variables(palettes.light)};color-scheme:light;--accent:${accent ?? "var(--series0)"}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:64px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ${fontStack};overflow-wrap:anywhere}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px;z-index:9}
header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:36px;border-top:6px solid var(--accent)}
header{max-width:none}header>div{max-width:1072px;margin:0 auto}
.brand{display:flex;align-items:center;gap:12px;margin:0 0 10px;color:var(--muted);font-weight:600;letter-spacing:.02em}
.brand img{height:32px;width:auto;display:block}
h1,h2,h3,h4{text-wrap:balance}h1{font-size:clamp(1.6rem,4.2vw,2.4rem);line-height:1.15;letter-spacing:-.015em;margin:0 0 6px;overflow-wrap:anywhere}
.subtitle{margin:0 0 18px;color:var(--muted)}
nav{position:sticky;top:0;z-index:5;background:var(--paper);border-bottom:1px solid var(--line)}
nav>div{max-width:1120px;margin:0 auto;padding:0 24px;display:flex;gap:4px;align-items:center}
nav ol{display:flex;gap:2px;list-style:none;margin:0;padding:0;overflow-x:auto;flex:1;scrollbar-width:none}
nav a{display:block;padding:13px 10px;color:var(--muted);text-decoration:none;white-space:nowrap;font-size:.9rem}
nav a:hover,nav a:focus-visible{color:var(--ink)}
button{font:inherit;font-size:.82rem;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:5px 10px;cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--muted)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
section{padding:44px 0 8px}
h2{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 6px}
h3{font-size:1.08rem;line-height:1.35;margin:0 0 2px}
h4{font-size:.98rem;margin:0;overflow-wrap:anywhere}
p{margin:0 0 8px}.lead{color:var(--muted);max-width:72ch;margin-bottom:20px;font-size:1.05rem}
.text{max-width:72ch}
figure{margin:0 0 28px;min-width:0}
figcaption p,.gallery>p,.card>p{color:var(--muted);margin:0 0 10px;max-width:78ch;font-size:.94rem}
.frame{width:100%;position:relative}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 36px}
.pair.trio{grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
.pair figure,.small figure{display:grid;grid-template-rows:subgrid;grid-row:span 3}
.gallery{margin-bottom:28px}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,310px),1fr));gap:0 28px}
.small figure{margin-bottom:22px}.small figcaption p{font-size:.85rem;margin-bottom:4px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 14px;padding:0;font-size:.85rem;color:var(--ink)}
.legend li{display:flex;align-items:center;gap:7px}
.mark{display:inline-block;width:20px;height:0;border-top:2.5px solid var(--c)}
.mark.dashed{border-top-style:dashed}.mark.band{height:11px;border:0;background:var(--c);opacity:.3}
.mark.dot{width:10px;height:10px;border:0;border-radius:50%;background:var(--c)}
details{margin-top:4px}summary{cursor:pointer;color:var(--muted);font-size:.84rem;width:max-content;padding:2px 4px}
summary:hover{color:var(--ink)}
.more>summary{font-size:.94rem;font-weight:600;color:var(--ink);border:1px solid var(--line);border-radius:8px;padding:7px 14px;margin-bottom:18px}.save{display:flex;gap:6px;margin:8px 0}
.scroll{overflow:auto;max-height:380px;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
.spark{display:block;overflow:visible}.spark path{fill:none;stroke:var(--series0);stroke-width:1.4}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:6px 12px;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap;font-weight:400}
thead th{position:sticky;top:0;background:var(--panel);font-weight:600}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper);max-width:300px;overflow:hidden;text-overflow:ellipsis}thead th:first-child{z-index:1;background:var(--panel)}
tbody tr:last-child>*{border-bottom:0}.n,tbody td{text-align:right}tbody td.t{text-align:left}
.card{border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin:0 0 28px;background:var(--paper);min-width:0}
.card .scroll{max-height:460px}
.verdict{border-radius:12px;padding:18px 22px;margin:0 0 22px;background:var(--panel);border-left:6px solid var(--tone)}
.verdict p{margin:0;max-width:100ch}.verdict .label{font-weight:700;font-size:1.2rem;margin-bottom:4px;color:var(--tone)}
.good{--tone:var(--good)}.caution{--tone:var(--caution)}.bad{--tone:var(--bad)}.plain{--tone:var(--muted)}
.tiles{list-style:none;margin:0 0 22px;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,165px),1fr));gap:12px}
.tiles li{background:var(--panel);border-radius:12px;padding:16px 18px}
.tiles p{margin:0}.tiles .label{color:var(--muted);font-size:.86rem}.tiles .value{font-size:1.75rem;font-weight:650;letter-spacing:-.02em;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles .note{color:var(--muted);font-size:.84rem}
.lists{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,280px),1fr));gap:12px 28px;margin:0 0 26px}
.lists.even{grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
.list{border-top:3px solid var(--tone);padding-top:12px}
.list ul{margin:6px 0 0;padding-left:1.1em}.list li{margin:0 0 8px}
.how{color:var(--muted);font-size:.8rem;white-space:nowrap;text-underline-offset:2px}.how:hover{color:var(--ink)}
.lists li .how{display:inline-block}
.advice ul{list-style:none;margin:10px 0 0;padding:0}
.advice li{display:grid;grid-template-columns:minmax(110px,1.3fr) 2.4fr 2.6fr;gap:6px 20px;align-items:baseline;padding:12px 0;border-top:1px solid var(--line)}
.advice dl{display:grid;grid-template-columns:repeat(3,1fr);gap:8px;margin:0}
.advice dl div{display:block;border:0;padding:0}
.advice dt{color:var(--muted);font-size:.78rem;font-weight:400}.advice dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.advice small{display:block;font-weight:400;color:var(--muted);font-size:.78rem}
.levers ul{list-style:none;margin:0 0 10px;padding:0}
.levers li{display:grid;grid-template-columns:minmax(150px,1fr) 2fr 1.5fr;gap:8px 24px;align-items:start;padding:14px 0;border-top:1px solid var(--line)}
.lever-name h3{font-size:.98rem;margin:0}.lever-name p{color:var(--muted);font-size:.8rem;margin:0}
.lever-set{display:grid;grid-template-columns:1fr 118px 74px;gap:2px 12px;align-items:center;min-width:0}
.lever-set output{font-size:.86rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.lever-set .warn{grid-column:1/-1;margin:0;font-size:.8rem;color:var(--caution);min-height:1.4em}
.slide{min-width:0}.slide input{width:100%;margin:0;display:block;accent-color:var(--series0);height:24px}
.seen{display:block;position:relative;height:5px;margin:0 8px;background:var(--panel);border-radius:3px}
.seen i{position:absolute;top:0;bottom:0;background:var(--muted);opacity:.55;border-radius:3px}
.seen b{position:absolute;top:-3px;width:2px;height:11px;margin-left:-1px;background:var(--ink)}
.levers input[type=number]{font:inherit;font-size:.9rem;width:100%;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:4px 8px;font-variant-numeric:tabular-nums}
.levers dl{display:grid;grid-template-columns:repeat(3,1fr);gap:8px;margin:0}.levers dl div{display:block;border:0;padding:0}
.levers dt{color:var(--muted);font-size:.78rem;font-weight:400}.levers dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.levers small{display:block;font-weight:400;color:var(--muted);font-size:.78rem;min-height:1.2em}
.choose{display:flex;flex-wrap:wrap;gap:8px 10px;align-items:center;margin:0 0 14px}.choose label{font-weight:600}
select{font:inherit;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:5px 10px;max-width:min(100%,340px)}
.say{margin:0;font-size:.92rem}.note{color:var(--muted);font-size:.86rem;margin:10px 0 0;max-width:90ch}
.tag{display:inline-block;border:1px solid var(--tone,var(--muted));color:var(--tone,var(--muted));border-radius:99px;padding:0 9px;font-size:.8rem;font-weight:600;white-space:nowrap}
.findings{list-style:none;margin:0 0 24px;padding:0}.findings li{border-left:3px solid var(--tone);padding:2px 0 2px 14px;margin-bottom:14px}
.findings p{margin:0;max-width:84ch}.findings .fix{color:var(--muted);font-size:.93rem}
.error{--tone:var(--bad)}.warning{--tone:var(--caution)}.info{--tone:var(--muted)}
dl{margin:0 0 24px}dl div{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:4px 20px;padding:8px 0;border-top:1px solid var(--line)}
dt{font-weight:600}dd{margin:0;max-width:80ch}
footer{color:var(--muted);font-size:.85rem;padding-top:28px;padding-bottom:48px}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
noscript p{background:var(--panel);padding:12px 16px;border-radius:8px}
@media (max-width:720px){header,main,footer,nav>div{padding-left:16px;padding-right:16px}section{padding-top:34px}
.card{padding:14px}tbody th,thead th:first-child{max-width:130px}.advice li,.levers li{grid-template-columns:1fr}.lever-set{grid-template-columns:1fr 110px}.lever-set output{grid-column:1/-1}.lever-set .warn:empty{display:none}dl div{grid-template-columns:1fr}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{.mark,.tiles li,.verdict,.tag{print-color-adjust:exact;-webkit-print-color-adjust:exact}
:root,:root[data-theme=dark],:root:not([data-theme=light]){${variables(palettes.light)};color-scheme:light}
body{font-size:10.5pt}nav,details:not(.more),.more>summary,.skip,.save,.slide,.how{display:none}
.scroll,.card .scroll{overflow:visible;max-height:none;border:0}table{font-size:6.5pt}th,td{padding:2px 4px;white-space:normal}
.lever-set{grid-template-columns:90px 1fr}.levers input[type=number]{border:0;background:none;padding:0}.levers li{break-inside:avoid}main{max-width:none}
figure,.tiles,.verdict,.list,.advice li,.findings li{break-inside:avoid}section{padding-top:18px}h2,h3,h4{break-after:avoid}}
`;
}
