"""The same training step in PyTorch, written for this benchmark. Prints one JSON line.

python3 peer.py UNITS PERIODS CHANNELS CONTROLS HIDDEN THREADS STEPS
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

units, periods, channels, controls, hidden, threads, steps = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)
begun = time.perf_counter()

gru = nn.GRU(channels + controls, hidden)
head = nn.Linear(hidden, channels)
decay, slope, half = (nn.Parameter(0.3 * torch.randn(channels)) for _ in range(3))
graph = nn.Parameter(0.1 * torch.randn(channels, channels))
control_weights = nn.Parameter(0.1 * torch.randn(controls))
intercept = nn.Parameter(0.1 * torch.randn(units))
parameters = [*gru.parameters(), *head.parameters(), decay, slope, half, graph, control_weights, intercept]
optimiser = torch.optim.Adam(parameters, lr=0.01)

media = torch.rand(periods, units, channels) * 2
control = torch.randn(periods, units, controls)
kpi = torch.randn(periods, units)
lag = torch.arange(periods)[:, None] - torch.arange(periods)[None, :]
past = (lag >= 0).float()
off_diagonal = 1 - torch.eye(channels)


def step() -> float:
    optimiser.zero_grad()
    states, _ = gru(torch.cat([media, control], 2))
    effects = F.softplus(head(states))
    matrix = torch.exp(lag.clamp(min=0) * F.logsigmoid(decay)[:, None, None]) * past
    carried = torch.einsum("cts,suc->tuc", matrix, media)
    ratio = torch.log(carried + 1e-20) - torch.log(F.softplus(half))
    saturated = torch.sigmoid((F.softplus(slope) + 0.5) * ratio)
    edges = graph * off_diagonal
    response = (effects * (saturated + saturated @ edges)).sum(2) + control @ control_weights + intercept
    cycles = torch.trace(torch.matrix_exp(edges * edges)) - channels
    loss = F.huber_loss(response, kpi) + 0.1 * cycles + 1e-3 * edges.abs().sum()
    loss.backward()
    optimiser.step()
    return loss.item()


setup = time.perf_counter() - begun
wall, cpu, losses = [], [], []
for _ in range(steps):
    at, used = time.perf_counter(), time.process_time()
    losses.append(step())
    wall.append(time.perf_counter() - at)
    cpu.append(time.process_time() - used)

print(
    json.dumps(
        {
            "engine": f"PyTorch {threads} thread{'s' if threads > 1 else ''}",
            "steps": steps,
            "wallMs": 1e3 * sorted(wall)[steps // 2],
            "cpuMs": 1e3 * sorted(cpu)[steps // 2],
            "setupMs": 1e3 * setup,
            "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "losses": [losses[0], losses[-1]],
        }
    )
)
