$root = Split-Path (Get-Module HostCompute).Path
$members = 'ArgumentList', 'StandardInputEncoding', 'GetRelativePath', 'WaitForExitAsync'
$parameters = 'AsHashtable', 'NoEnumerate', 'AsByteStream', 'EnumsAsStrings', 'Parallel', 'DateKind', 'AsArray'
foreach ($file in Get-ChildItem $root -Recurse -Include *.ps1, *.psm1) {
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $null, [ref] $null)
    $wrong = @($ast.FindAll({
        param($node)
        ($node -is [System.Management.Automation.Language.MemberExpressionAst] -and $members -contains "$($node.Member)") -or
        ($node -is [System.Management.Automation.Language.CommandParameterAst] -and $parameters -contains $node.ParameterName)
    }, $true))
    Assert-Equal $wrong.Count 0 "$($file.Name): $($wrong -join ', ')"
}
