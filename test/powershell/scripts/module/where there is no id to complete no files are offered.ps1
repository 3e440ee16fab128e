$null = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)) | Push-Location
try {
    $null = New-Item -Name 'zz-file.txt' -ItemType File
    foreach ($line in 'Stop-HcsContainer zz', 'Get-HcsLog -Id zz', 'Get-HcsEvent zz') {
        Assert-Equal @(Get-Offered $line).Count 0 $line
    }
    # What is text and no file, and where a file is meant.
    foreach ($line in 'Invoke-HcsContainer -Network zz', 'New-HcsContainer -Id zz', 'Invoke-HcsCommand web -WorkingDirectory zz', 'Wait-HcsContainer web -Timeout zz', 'Wait-HcsContainer nosuch -ExecId zz', 'Get-HcsPlan -Owner zz', 'Get-HcsContainer -Label zz') {
        Assert-Equal @(Get-Offered $line).Count 0 $line
    }
    foreach ($line in 'Invoke-HcsContainer -EnvironmentFile zz', 'New-HcsContainer -Spec zz', 'Invoke-HcsContainer -InFile zz') {
        Assert-Equal @(Get-Offered $line | Where-Object CompletionText -like '*zz-file*').Count 1 $line
    }
    $null = New-Item -Name 'zz-folder' -ItemType Directory
    foreach ($line in 'Invoke-HcsContainer -Layer zz', 'New-HcsContainer -Bundle zz') {
        Assert-Match (@(Get-Offered $line).CompletionText -join ' ') '^zz-folder[\\/]$'
    }
    # By HCS_EXE that names nothing the completer fails; files would be as wrong then.
    $env:HCS_EXE = '/nowhere/hcs'
    $line = 'Stop-HcsContainer zz'
    Assert-Equal @(Get-Offered $line).Count 0 'without hcs'
} finally {
    $env:HCS_EXE = $null
    Pop-Location
}
