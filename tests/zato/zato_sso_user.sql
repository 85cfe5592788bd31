-- The table of the users of Zato SSO 3.2, with its columns as PostgreSQL and SQLite have
-- them, and users of it. passlib 1.7.4 made the hashes, with salts of 64 bytes and
-- 1,000 rounds, of chief and frank Zato's 120,000. The passwords are "pässwört 😀",
-- of chief and frank "correct horse battery". cryptography 50.0.2 encrypted some
-- values with key1=3pCU6ARtRtucsOsE0ImBsNXfAgM0wVcN2bOI4f7CZgc=
CREATE TABLE zato_sso_user (
	id INTEGER NOT NULL PRIMARY KEY,
	user_id VARCHAR(191) NOT NULL UNIQUE,
	is_active BOOLEAN NOT NULL,
	is_internal BOOLEAN NOT NULL,
	is_super_user BOOLEAN NOT NULL,
	is_locked BOOLEAN NOT NULL,
	locked_time TIMESTAMP,
	creation_ctx TEXT NOT NULL,
	locked_by VARCHAR(191),
	approval_status VARCHAR(191) NOT NULL,
	approval_status_mod_time TIMESTAMP NOT NULL,
	approval_status_mod_by VARCHAR(191) NOT NULL,
	username VARCHAR(191) NOT NULL UNIQUE,
	password TEXT NOT NULL,
	password_is_set BOOLEAN NOT NULL,
	password_must_change BOOLEAN NOT NULL,
	password_last_set TIMESTAMP NOT NULL,
	password_expiry TIMESTAMP NOT NULL,
	sign_up_status VARCHAR(191) NOT NULL,
	sign_up_time TIMESTAMP NOT NULL,
	sign_up_confirm_time TIMESTAMP,
	sign_up_confirm_token VARCHAR(191) NOT NULL,
	email TEXT,
	display_name VARCHAR(191),
	first_name VARCHAR(191),
	middle_name VARCHAR(191),
	last_name VARCHAR(191),
	display_name_upper VARCHAR(191),
	first_name_upper VARCHAR(191),
	middle_name_upper VARCHAR(191),
	last_name_upper VARCHAR(191),
	opaque1 TEXT
);
INSERT INTO zato_sso_user VALUES (1, 'zusr26wz56sbd99d7btwat4ry1afqc', TRUE, FALSE, TRUE, FALSE, NULL, 'null', NULL, 'approved', '2018-02-14 09:00:00.000001', 'auto', 'chief', 'gAAAAABrCsXZ0Lll5WrdtFuA-2DI0n-Pc0JtikX9oiVMvBsJZh5A600mVIYlYXb85d8q8iiRsoo1H-jjmPjv7CW7VN8c6dQb7B0-M-BzguVIHbgiun9sBjCb6wdYpxDEvI145z37_tNtDzfZumeMPQwwI5Q1Q_5LQLziSQ_r8lVauHzK0NYNHilhE1ZLX_lJc5AKqub-oqS2mzUsl1ONyVz0LuD1lFfEFQpCefcQp3L8lWaUDokEtqyfUh4jeAfhHZOG9QRdVcoLNFd2N47sqn_qcwKMIFEo3Lx2dEQQcrIvr-TH8OZTaWky1oCmi7wX9PAL7gpNdsStyFGWHt7vyWJ_Lfjx_hGKUQ==', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'final', '2018-02-13 15:32:24.123456', NULL, 'GRtw1xfXeLLE7bWkaVYBPYkwNZLu59QC', 'gAAAAABrCsXZmu6nUTAl81UKJv1kS4sMGFOhsjz_iolY1PMI2AtKJ71bjwSynzDECNF1l3bddSCeyuqU5X997lC5kfuZdSdGKw==', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (2, 'zusr42bdjj80ey95p8t9rx2xrnjkt8', TRUE, FALSE, FALSE, FALSE, NULL, 'null', NULL, 'approved', '2018-02-14 09:00:00.000001', 'zusr26wz56sbd99d7btwat4ry1afqc', 'ada', 'gAAAAABrCsXZhjRXxNiEU4nMuEqRc0qOL7BlKeBbNKU7hoK6Oqb-CO8u3ZesjkBwd1IBN5gO4aUL5AO05zRqRL0M0Di1reYHaLSreo4S34la_uKOf3EF5sA4WJKHXmAS06r2TxKdtvnYFCzkpyUYylM9QPbNru8zDUVmzEqpyShy4wBVu3gc7Ol_v6YbGFdh9_cmEa8JTVVRmXDbDEtzPZHun7JtpV0uH_05Qan5AU2PuumfZPqwV5JEK7Uq-k3VcxmqwJEhL8UO7EGZFOCR8Sl_pcR6lSiQGr023CYJGQea3aYwNQr1if9v-o-QedkaPoOwXizI8gLolavUeXf2Ek3_TOvvHK79tg==', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'final', '2018-02-13 15:32:24.123456', '2018-02-13 16:00:00.654321', 'mQTte3O-W8WoaY2DncB01iUS5my146cM', 'gAAAAABrCsXZoSQSUHOo0mt0inZVkrBLZvgg22VjpFTlTsQD17aZh5XZJ_iI47ETz-Aa6w_V4T0iIskPJeL4osA-xXBU7XZIpA==', 'Ada, Countess of Lovelace', 'Ada', NULL, 'Lovelace', 'ADA, COUNTESS OF LOVELACE', 'ADA', NULL, 'LOVELACE', '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (3, 'zusr477zeb6qk68xrs7j7se3n7f86k', TRUE, FALSE, FALSE, FALSE, NULL, 'null', NULL, 'before_decision', '2018-02-14 09:00:00.000001', 'auto', 'bob', '$pbkdf2-sha512$1000$pxSilFJK6f1fa60VIuRcq9X631sLobQ2phRCaO19j3Gu1ZqT8h6DsPa.9x5DyHlPaY1Rao0RgrA2Zqx1zpkT4g$lhmnW701dnXl6RH34mpihu3e9yyVHlWXTSjpOg1yDsINFjDWb5710uvc4FEpesOXGWdQdclU8a9nYh2udzilqA', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'final', '2018-02-13 15:32:24.123456', '2018-02-13 16:00:00.654321', 'IRbfsgXDcPxm5Jc6EKmGkrCYn4chLSUu', 'bob@example.com', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (4, 'zusr4d173gtczv9pvre7ncn3xw22pz', TRUE, FALSE, FALSE, FALSE, NULL, 'null', NULL, 'approved', '2018-02-14 09:00:00.000001', 'auto', 'carol', 'gAAAAABrCsXZhjRXxNiEU4nMuEqRc0qOL7BlKeBbNKU7hoK6Oqb-CO8u3ZesjkBwd1IBN5gO4aUL5AO05zRqRL0M0Di1reYHaLSreo4S34la_uKOf3EF5sA4WJKHXmAS06r2TxKdtvnYFCzkpyUYylM9QPbNru8zDUVmzEqpyShy4wBVu3gc7Ol_v6YbGFdh9_cmEa8JTVVRmXDbDEtzPZHun7JtpV0uH_05Qan5AU2PuumfZPqwV5JEK7Uq-k3VcxmqwJEhL8UO7EGZFOCR8Sl_pcR6lSiQGr023CYJGQea3aYwNQr1if9v-o-QedkaPoOwXizI8gLolavUeXf2Ek3_TOvvHK79tg==', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'before_confirmation', '2018-02-13 15:32:24.123456', NULL, 'A-gUN1SC67wJ3oXiiUfWGra1f6OlzcAB', 'gAAAAABrCsXZx7N8KM-4G5PCkgyHYRGtwf81NBLN_eZ-bcnoMHRefWtE79Zkgeu2GxlwAg_Ge3XZWVsrcBTkYJf4nixO6Qm2fBBYFWb7h1clyPIhU8iKax0=', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (5, 'zusr7b3cb22vpg8e5s1jjy1fhha7bk', TRUE, FALSE, FALSE, FALSE, NULL, 'null', NULL, 'before_decision', '2018-02-14 09:00:00.000001', 'auto', 'dave', 'gAAAAABrCsXZhjRXxNiEU4nMuEqRc0qOL7BlKeBbNKU7hoK6Oqb-CO8u3ZesjkBwd1IBN5gO4aUL5AO05zRqRL0M0Di1reYHaLSreo4S34la_uKOf3EF5sA4WJKHXmAS06r2TxKdtvnYFCzkpyUYylM9QPbNru8zDUVmzEqpyShy4wBVu3gc7Ol_v6YbGFdh9_cmEa8JTVVRmXDbDEtzPZHun7JtpV0uH_05Qan5AU2PuumfZPqwV5JEK7Uq-k3VcxmqwJEhL8UO7EGZFOCR8Sl_pcR6lSiQGr023CYJGQea3aYwNQr1if9v-o-QedkaPoOwXizI8gLolavUeXf2Ek3_TOvvHK79tg==', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'before_confirmation', '2018-02-13 15:32:24.123456', NULL, 'evcGCllN8S0Ztd7g3nsVxuhunQGd4lCe', 'gAAAAABrCsXZpUt5dJ6uGv8j1MvK1ke7-Ms22AHOkocaJfMDdr7lg_hTTQXACe9wGUfj31jMVxjkHwgpW5-YA4GCW45S8WS44Au3NO1TnYEFxqVO-vCdaBY=', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (6, 'zusr5ds8fdchk69kfr8w37gxft1mv3', TRUE, FALSE, FALSE, FALSE, NULL, 'null', NULL, 'rejected', '2018-02-14 09:00:00.000001', 'zusr26wz56sbd99d7btwat4ry1afqc', 'erin', 'gAAAAABrCsXZhjRXxNiEU4nMuEqRc0qOL7BlKeBbNKU7hoK6Oqb-CO8u3ZesjkBwd1IBN5gO4aUL5AO05zRqRL0M0Di1reYHaLSreo4S34la_uKOf3EF5sA4WJKHXmAS06r2TxKdtvnYFCzkpyUYylM9QPbNru8zDUVmzEqpyShy4wBVu3gc7Ol_v6YbGFdh9_cmEa8JTVVRmXDbDEtzPZHun7JtpV0uH_05Qan5AU2PuumfZPqwV5JEK7Uq-k3VcxmqwJEhL8UO7EGZFOCR8Sl_pcR6lSiQGr023CYJGQea3aYwNQr1if9v-o-QedkaPoOwXizI8gLolavUeXf2Ek3_TOvvHK79tg==', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'final', '2018-02-13 15:32:24.123456', '2018-02-13 16:00:00.654321', 'niIcFA3_rDk3Zce1CIBBSzf_fchZ06XC', 'gAAAAABrCsXZodHOFx37Ex0abwIED9TuIX1VpuuHXfWNroJf91jsOBYoDMRNe7kDqqPRqAGkMqM7OOVAGM1e6qISQxK5EA_TwN2X5IPhdqZHGqEWRweuc6A=', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (7, 'zusr3ayvr2qam84msjfn9tm1g8jss', TRUE, FALSE, FALSE, TRUE, '2020-01-02 03:04:05', 'null', 'zusr26wz56sbd99d7btwat4ry1afqc', 'approved', '2018-02-14 09:00:00.000001', 'auto', 'frank', 'zato.secf.gAAAAABrCsXZ0Lll5WrdtFuA-2DI0n-Pc0JtikX9oiVMvBsJZh5A600mVIYlYXb85d8q8iiRsoo1H-jjmPjv7CW7VN8c6dQb7B0-M-BzguVIHbgiun9sBjCb6wdYpxDEvI145z37_tNtDzfZumeMPQwwI5Q1Q_5LQLziSQ_r8lVauHzK0NYNHilhE1ZLX_lJc5AKqub-oqS2mzUsl1ONyVz0LuD1lFfEFQpCefcQp3L8lWaUDokEtqyfUh4jeAfhHZOG9QRdVcoLNFd2N47sqn_qcwKMIFEo3Lx2dEQQcrIvr-TH8OZTaWky1oCmi7wX9PAL7gpNdsStyFGWHt7vyWJ_Lfjx_hGKUQ==', TRUE, TRUE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'final', '2018-02-13 15:32:24.123456', '2018-02-13 16:00:00.654321', 'XWml96FA-DJJ91jOcMXgEPTb2FcXyIw8', 'zato.secf.gAAAAABrCsXZ8IhoFxNCJvckAyQFLFZhwoN_BBpoLyvCAhv7u9kVUIAG7ZV6nzQ2txIF4nrCYeh2oguT6JIUvB3szoWhuOxUF97XL8-1htUrrj1ngg5D1xs=', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
INSERT INTO zato_sso_user VALUES (8, 'zusr2w31wqq3zx8kttde97c5g5fymn', TRUE, FALSE, FALSE, FALSE, '2020-01-02 03:04:05', 'null', 'zusr26wz56sbd99d7btwat4ry1afqc', 'before_decision', '2018-02-14 09:00:00.000001', 'auto', 'grace', '$pbkdf2-sha512$1000$pxSilFJK6f1fa60VIuRcq9X631sLobQ2phRCaO19j3Gu1ZqT8h6DsPa.9x5DyHlPaY1Rao0RgrA2Zqx1zpkT4g$lhmnW701dnXl6RH34mpihu3e9yyVHlWXTSjpOg1yDsINFjDWb5710uvc4FEpesOXGWdQdclU8a9nYh2udzilqA', TRUE, FALSE, '2019-03-01 08:00:00.5', '2021-02-28 08:00:00.5', 'to_approve', '2018-02-13 15:32:24.123456', '2018-02-13 16:00:00.654321', 'bvm-L8mGE_18E7cmj6KhKb4sXSF8pLh8', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"is_totp_enabled": false}');
