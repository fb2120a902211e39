SELECT id FROM node WHERE boot_id = :boot_id;
