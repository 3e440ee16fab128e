$null = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)) | Push-Location
try {
    $null = New-Item -Name 'zz-file.txt' -ItemType File
    hcs completion powershell | Out-String | Invoke-Expression
    foreach ($line in 'hcs stop zz', 'hcs kill nosuch --exec-id ', 'hcs run --id zz', 'hcs list zz') {
        Assert-Equal @(Get-Offered $line | Where-Object CompletionText -like '*zz-file*').Count 0 $line
    }
    # Words of a program, and files where files are meant.
    foreach ($line in 'hcs run --rm cat zz', 'hcs run --env-file zz', 'hcs exec web -- cat zz') {
        Assert-Equal @(Get-Offered $line | Where-Object CompletionText -like '*zz-file*').Count 1 $line
    }
} finally { Pop-Location }
