$spec = @{ process = @{ args = @('true'); cwd = '/' }; windows = @{ resources = @{ memory = @{ limit = 1073741824 } } } }
$document = $spec | ConvertTo-Json -WarningAction SilentlyContinue | hcs create --spec - 2>$null | ConvertFrom-Json
Assert-Equal $document.error.code 'invalidRequest'
Assert-Match "$($document.error.hint) $($document.error.message) $($document.error.issues | ConvertTo-Json)" '-Depth'
