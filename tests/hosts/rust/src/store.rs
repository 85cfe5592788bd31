//! The store: redb in one file, which syncs every commit. A version is the hash of the value, so it
//! cannot recur for another. Keys are bytes, and ordered as such.

use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Result, base64url, text};

const TABLE: TableDefinition<&[u8], &str> = TableDefinition::new("kv");

pub struct Store {
    database: Database,
}

impl Store {
    pub fn open(file: &Path) -> Result<Self> {
        let database = Database::create(file)?;
        let transaction = database.begin_write()?;
        transaction.open_table(TABLE)?;
        transaction.commit()?;
        Ok(Store { database })
    }

    pub fn get(&self, request: &Value) -> Result<Value> {
        let table = self.database.begin_read()?.open_table(TABLE)?; // one snapshot for all keys
        let mut values = Vec::new();
        for key in list(request, "keys")? {
            values.push(match table.get(bytes(key)?)? {
                Some(data) => json!({"version": version(data.value()), "data": data.value()}),
                None => Value::Null,
            });
        }
        Ok(json!({"values": values}))
    }

    pub fn commit(&self, request: &Value) -> Result<Value> {
        let transaction = self.database.begin_write()?; // there is one writer at a time
        let mut applies = true;
        {
            let mut table = transaction.open_table(TABLE)?;
            for check in list(request, "checks")? {
                let found = table.get(bytes(&check["key"])?)?.map(|data| version(data.value()));
                applies &= found.unwrap_or_default() == text(check, "version")?;
            }
            if applies {
                for put in list(request, "puts")? {
                    table.insert(bytes(&put["key"])?, text(put, "data")?)?;
                }
                for key in list(request, "deletes")? {
                    table.remove(bytes(key)?)?;
                }
            }
        }
        if !applies {
            transaction.abort()?;
            return Ok(json!({"applied": false}));
        }
        Ok(match transaction.commit() {
            Ok(()) => json!({"applied": true}),
            Err(problem) => json!({"unknown": problem.to_string()}),
        })
    }

    pub fn scan(&self, request: &Value) -> Result<Value> {
        let table = self.database.begin_read()?.open_table(TABLE)?;
        let (prefix, after) = (text(request, "prefix")?.as_bytes(), text(request, "after")?.as_bytes());
        let limit = request["limit"].as_u64().ok_or("limit is not a number")? as usize;
        let mut entries = Vec::new();
        for entry in table.range(prefix.max(after)..)? {
            let (key, data) = entry?;
            if !key.value().starts_with(prefix) || entries.len() == limit {
                break;
            }
            if key.value() > after {
                let key = std::str::from_utf8(key.value())?;
                entries.push(json!({"key": key, "version": version(data.value()), "data": data.value()}));
            }
        }
        Ok(json!({"entries": entries}))
    }
}

fn list<'a>(object: &'a Value, member: &str) -> Result<&'a Vec<Value>> {
    object[member].as_array().ok_or_else(|| format!("{member} is not a list").into())
}

fn bytes(key: &Value) -> Result<&[u8]> {
    Ok(key.as_str().ok_or("a key is not a string")?.as_bytes())
}

fn version(data: &str) -> String {
    base64url(&Sha256::digest(data.as_bytes()))
}
