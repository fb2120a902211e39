SELECT id FROM flow WHERE tenant = :tenant AND band = :band;
