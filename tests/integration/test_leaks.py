# SPDX-License-Identifier: BSD-3-Clause
"""Whatever UEs do, what they leave behind goes: of P-CSCFs in the field, many run out of SAs, ports
or memory after a day."""
import time

from fleet import Fleet

COUNT = 20000
SEED = 20260731

# What lies ready for the next message (sip_arena.c), and what the allocator and grown arrays keep
# for each UE: together less than anything that the gateway knows of a UE.
HEAP_READY = 2 << 20
HEAP_PER_UE = 16
MEMORY = {"heap_octets", "store_octets"}


def hasty(settings):
    """Every life is short, and there is room for all UEs at once."""
    settings["dataplane"]["sa_capacity"] = 2 ** 19
    settings["pcscf"].update(reg_await_auth_ms=3000, old_set_ms=2000, t1_ms=250)
    settings["scscf"].update(reg_await_auth_ms=3000, registration_min_s=10)


def gauges(gateway):
    found = gateway.ask("status")
    assert found.pop("running")
    return found


def heap(found):
    """Without SQLite's page caches, which fill."""
    return found["heap_octets"] - found["store_octets"]


def await_rest(gateway, start, seeds):
    """Waits until no more lives than at start; the gauges then."""
    end = time.monotonic() + 150
    while True:
        found = gauges(gateway)
        left = {name: n for name, n in found.items() if name not in MEMORY and n != start[name]}
        if not left:
            return found
        assert time.monotonic() < end, f"seeds {seeds}: still there: {left}"
        time.sleep(0.2)


def walk(fleet, seed, *options):
    """All UEs through flows drawn by lot; the summary."""
    _, summary, _ = fleet.run(
        "--scenario", "mixed", "--steps", 2, "--seed", seed, "--rate", 1000000, "--expires", 15,
        "--t1", 400, "--timeout", 2500, "--parallel", 512, *options, timeout=400)
    assert len(summary["flows"]) == 22, summary
    return summary


def test_P_LIFE_F_1_nothing_leaks(make_gateway):
    """P-LIFE, P-TBL, F-1, REG-8, FLAG-3: many UEs register, re-register, fail in every way, vanish
    and de-register in random order, on a good network, then on one that loses packets. Afterwards
    SAs, sets, half open registrations, transactions, timers, users, challenges, registrations and
    requests under way are back where they were at start, and so is the memory."""
    fleet = Fleet(make_gateway, COUNT, hasty)
    start = gauges(fleet.gateway)
    summary = walk(fleet, SEED)
    assert summary["registered"] > COUNT / 2, summary
    busy = gauges(fleet.gateway)
    assert min(busy[name] for name in ("sas", "sa_sets", "registrations", "timers")) > 1000, busy
    summary = walk(fleet, SEED + 1, "--loss", 5)
    assert summary["packets_lost"] > COUNT / 4 and summary["registered"] > COUNT / 4, summary
    seeds = f"{SEED}, {SEED + 1}"
    risen = heap(await_rest(fleet.gateway, start, seeds)) - heap(start)
    assert risen < HEAP_READY + HEAP_PER_UE * COUNT, f"seeds {seeds}: {risen} octets more"
    counters = fleet.gateway.counters()
    assert counters["pcscf"]["pcscf_refused_no_room"] == 0
    assert counters["sum"]["counters"]["sa_added"] == counters["sum"]["counters"]["sa_deleted"]
