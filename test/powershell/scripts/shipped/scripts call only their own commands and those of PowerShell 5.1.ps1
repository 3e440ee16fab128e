$root = Split-Path (Get-Module HostCompute).Path
$own = & (Get-Module HostCompute) { (Get-ChildItem Function:).Name }
$stock = 'Get-Command', 'New-Object', 'Write-Debug', 'Write-Warning', 'ConvertFrom-Json', 'ConvertTo-Json', 'ForEach-Object', 'Where-Object',
    'Select-Object', 'Add-Member', 'Get-Location', 'Set-StrictMode', 'Register-ArgumentCompleter'
foreach ($file in Get-ChildItem $root -Recurse -Include *.ps1, *.psm1) {
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $null, [ref] $null)
    foreach ($call in $ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if ($null -eq $name) { continue }
        Assert-True ($own -contains $name -or $stock -contains $name) "$($file.Name) calls ${name}: known"
    }
}
