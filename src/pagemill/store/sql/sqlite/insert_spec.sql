INSERT INTO task_spec (task_id, revision, file_name, media_type, input_key, input_bytes, input_sha256, secret_key,
                       options, metadata)
VALUES (:task_id, :revision, :file_name, :media_type, :input_key, :input_bytes, :input_sha256, :secret_key,
        :options, :metadata);
