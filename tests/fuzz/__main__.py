"""`python -m tests.fuzz [--mutants N] [--seed S]`: a campaign with a report; files behind defects are kept in ./fuzz-defects."""

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.chaos.service import Service, fsck
from tests.fuzz.campaign import SETTINGS, Campaign
from tests.fuzz.mutants import mutants
from tests.journey.made import whole_files

KEPT = Path("fuzz-defects")


def main() -> int:
    """Runs the campaign; 1 if a mutant found a defect of ours or the state is not clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pagemill-fuzz-") as folder:
        service = Service(Path(folder) / "data", SETTINGS)
        service.start()
        try:
            campaign = Campaign(service)
            whole = whole_files()
            campaign.run(mutants(whole, asked.seed, asked.mutants), warm_up=mutants(whole, asked.seed + 1, 100))
        finally:
            service.terminate(60)
        report(campaign)
        state = fsck(Path(folder) / "data")
        print(state.stdout.strip())
    shutil.rmtree(KEPT, ignore_errors=True)
    if campaign.defects():
        campaign.keep_defects(KEPT)
        print(f"The files behind the defects are in {KEPT}.")
    return 1 if state.returncode or any(ended.end == "internal_error" for ended in campaign.ended) else 0


def report(campaign: Campaign) -> None:
    """A table of ends by kind of file, the slowest, the memory, and every defect."""
    for suffix, counts in campaign.counts().items():
        print(f"{suffix:6} " + ", ".join(f"{end} {count}" for end, count in counts.most_common()))
    slowest = max(campaign.ended, key=lambda ended: ended.seconds)
    before, after = (number // 2**20 for number in (campaign.memory_before_bytes, campaign.memory_after_bytes))
    print(
        f"{len(campaign.ended)} mutants; the slowest took {slowest.seconds:.1f} s ({slowest.mutant.made}: {slowest.end})"
    )
    print(f"memory of the service: {before} MB before, {after} MB after")
    for ended in campaign.defects():
        print(f"{ended.end}: {ended.mutant.file_name} ({ended.mutant.made})")


if __name__ == "__main__":
    raise SystemExit(main())
